//! How requests end.
use crate::{
    Error,
    gateway_event::{AssistantMessage, CancelledEvent, CompletedEvent, FailedEvent, GatewayEvent},
};

/// The one terminal event of a request.
///
/// ```
/// use beluna_gateway_client::FinalEvent;
///
/// fn report(end: &FinalEvent) -> String {
///     match end {
///         FinalEvent::Completed(event) => event.message.text(),
///         FinalEvent::Failed(event) => format!("{}: {}", event.error.kind, event.error.message),
///         FinalEvent::Cancelled(_) => "cancelled".into(),
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum FinalEvent {
    /// The provider ended its answer.
    Completed(Box<CompletedEvent>),
    /// The request failed.
    Failed(Box<FailedEvent>),
    /// This side ended it.
    Cancelled(Box<CancelledEvent>),
}

impl FinalEvent {
    /// The ending that an event is, if it is one.
    pub(crate) fn of(event: &GatewayEvent) -> Option<Self> {
        match event {
            GatewayEvent::Completed(event) => Some(Self::Completed(Box::new(event.clone()))),
            GatewayEvent::Failed(event) => Some(Self::Failed(Box::new(event.clone()))),
            GatewayEvent::Cancelled(event) => Some(Self::Cancelled(Box::new(event.clone()))),
            _ => None,
        }
    }

    /// The answer, whole or as far as it came; `None` where there was no output.
    ///
    /// ```
    /// # use beluna_gateway_client::{FinalEvent, Message};
    /// fn remember(history: &mut Vec<Message>, end: &FinalEvent) {
    ///     if let Some(message) = end.message() {
    ///         history.push(message.clone().into());
    ///     }
    /// }
    /// ```
    pub fn message(&self) -> Option<&AssistantMessage> {
        match self {
            Self::Completed(event) => Some(&event.message),
            Self::Failed(event) => event.message.as_ref(),
            Self::Cancelled(event) => event.message.as_ref(),
        }
    }

    /// The completed answer, for callers to whom every other end is an error.
    ///
    /// ```
    /// # use beluna_gateway_client::{Client, Error, InferRequest, Message};
    /// # async fn ask(client: &Client) -> Result<String, Error> {
    /// let request = InferRequest::new([Message::user("Say hi")]);
    /// let answer = client.infer(request).finish().await?.completed()?;
    /// # Ok(answer.message.text())
    /// # }
    /// ```
    pub fn completed(self) -> Result<CompletedEvent, Error> {
        match self {
            Self::Completed(event) => Ok(*event),
            Self::Failed(event) => Err(Error::Failed(event)),
            Self::Cancelled(event) => Err(Error::Cancelled(event)),
        }
    }
}

impl GatewayEvent {
    /// The request it belongs to; `None` only for a refusal of a line without a usable id.
    ///
    /// ```
    /// # use beluna_gateway_client::GatewayEvent;
    /// let line = r#"{"type":"output_text_delta","request_id":"r1","part":0,"delta":"Hi"}"#;
    /// let event: GatewayEvent = serde_json::from_str(line)?;
    /// assert_eq!(event.request_id(), Some("r1"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Started(event) => Some(&event.request_id),
            Self::Retrying(event) => Some(&event.request_id),
            Self::ReasoningDelta(event) => Some(&event.request_id),
            Self::OutputTextDelta(event) => Some(&event.request_id),
            Self::RefusalDelta(event) => Some(&event.request_id),
            Self::ToolCallDelta(event) => Some(&event.request_id),
            Self::ToolCallReady(event) => Some(&event.request_id),
            Self::Completed(event) => Some(&event.request_id),
            Self::Failed(event) => event.request_id.as_deref(),
            Self::Cancelled(event) => Some(&event.request_id),
            Self::Status(event) => Some(&event.request_id),
            Self::Probed(event) => Some(&event.request_id),
        }
    }

    /// Nothing follows it.
    ///
    /// ```
    /// # use beluna_gateway_client::GatewayEvent;
    /// let line = r#"{"type":"output_text_delta","request_id":"r1","part":0,"delta":"Hi"}"#;
    /// let event: GatewayEvent = serde_json::from_str(line)?;
    /// assert!(!event.is_terminal());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn is_terminal(&self) -> bool {
        matches!(
            self,
            Self::Completed(_)
                | Self::Failed(_)
                | Self::Cancelled(_)
                | Self::Status(_)
                | Self::Probed(_)
        )
    }
}
