//! Short ways to write requests, and the way of an answer back into the next one.
use serde_json::Value;

use crate::{
    client_message::{
        self, InferRequest, Message, ProbeRequest, Source, ToolJson, ToolMessage,
        ToolMessageContent, ToolPart, ToolText, UserDocument, UserImage, UserMessage,
        UserMessageContent, UserPart, UserText,
    },
    gateway_event::{self, ReadyCall},
};

impl InferRequest {
    /// A request for the default target; everything else stands in its fields.
    ///
    /// ```
    /// use beluna_gateway_client::{InferRequest, Message, client_message::Limits};
    ///
    /// let request = InferRequest {
    ///     target: Some("anthropic".into()),
    ///     limits: Some(Limits { max_output_tokens: Some(500), ..Limits::default() }),
    ///     ..InferRequest::new([Message::system("Be brief."), Message::user("Why is the sky blue?")])
    /// };
    /// assert_eq!(request.messages.len(), 2);
    /// ```
    pub fn new(messages: impl IntoIterator<Item = Message>) -> Self {
        Self {
            messages: messages.into_iter().collect(),
            ..Self::default()
        }
    }
}

impl ProbeRequest {
    /// A probe of a target's default model that costs nothing.
    ///
    /// ```
    /// use beluna_gateway_client::{ProbeRequest, client_message::ProbeRequestDepth};
    ///
    /// let probe = ProbeRequest { depth: Some(ProbeRequestDepth::Live), ..ProbeRequest::new("local") };
    /// assert_eq!(probe.target, "local");
    /// ```
    pub fn new(target: impl Into<String>) -> Self {
        Self {
            target: target.into(),
            ..Self::default()
        }
    }
}

impl Message {
    /// Instructions.
    ///
    /// ```
    /// # use beluna_gateway_client::Message;
    /// let message = Message::system("Answer in one sentence.");
    /// # assert_eq!(serde_json::to_value(message)?["role"], "system");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn system(content: impl Into<client_message::SystemMessageContent>) -> Self {
        Self::System(client_message::SystemMessage {
            content: content.into(),
        })
    }

    /// What the user says: text, or parts.
    ///
    /// ```
    /// # use beluna_gateway_client::{Message, Source, UserPart};
    /// let message = Message::user(vec![
    ///     UserPart::text("What is this?"),
    ///     UserPart::image(Source::url("https://example.org/cat.png")),
    /// ]);
    /// # assert_eq!(serde_json::to_value(message)?["content"][1]["type"], "image");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn user(content: impl Into<UserMessageContent>) -> Self {
        Self::User(UserMessage {
            content: content.into(),
        })
    }

    /// What came of a call that the model wanted made.
    ///
    /// ```
    /// # use beluna_gateway_client::{Message, ToolPart, gateway_event::ReadyCall};
    /// fn answer(call: &ReadyCall) -> Message {
    ///     Message::tool_result(call, vec![ToolPart::json(serde_json::json!({ "celsius": 21 }))])
    /// }
    /// ```
    pub fn tool_result(call: &ReadyCall, content: impl Into<ToolMessageContent>) -> Self {
        Self::Tool(ToolMessage {
            tool_call_id: call.id.clone(),
            tool_name: call.name.clone(),
            content: content.into(),
            is_error: None,
        })
    }

    /// How a call that the model wanted made went wrong.
    ///
    /// ```
    /// # use beluna_gateway_client::{Message, gateway_event::ReadyCall};
    /// fn decline(call: &ReadyCall) -> Message {
    ///     Message::tool_error(call, "the user said no")
    /// }
    /// ```
    pub fn tool_error(call: &ReadyCall, content: impl Into<ToolMessageContent>) -> Self {
        Self::Tool(ToolMessage {
            tool_call_id: call.id.clone(),
            tool_name: call.name.clone(),
            content: content.into(),
            is_error: Some(true),
        })
    }
}

impl UserPart {
    /// Text.
    ///
    /// ```
    /// # use beluna_gateway_client::UserPart;
    /// let part = UserPart::text("Compare these:");
    /// ```
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(UserText {
            text: text.into(),
            ..UserText::default()
        })
    }

    /// An image.
    ///
    /// ```
    /// # use beluna_gateway_client::{Source, UserPart};
    /// let part = UserPart::image(Source::url("https://example.org/cat.png"));
    /// ```
    pub fn image(source: Source) -> Self {
        Self::Image(UserImage {
            source,
            ..UserImage::default()
        })
    }

    /// A document, such as a PDF.
    ///
    /// ```
    /// # use beluna_gateway_client::{Source, UserPart};
    /// let part = UserPart::document(Source::base64("application/pdf", "JVBERg=="));
    /// ```
    pub fn document(source: Source) -> Self {
        Self::Document(UserDocument {
            source,
            ..UserDocument::default()
        })
    }
}

impl Source {
    /// Bytes that the provider fetches.
    ///
    /// ```
    /// # use beluna_gateway_client::Source;
    /// let source = Source::url("https://example.org/cat.png");
    /// ```
    pub fn url(url: impl Into<String>) -> Self {
        Self {
            url: Some(url.into()),
            ..Self::default()
        }
    }

    /// Bytes that go along, in Base64.
    ///
    /// ```
    /// # use beluna_gateway_client::Source;
    /// let source = Source::base64("image/png", "iVBORw0KGgo=");
    /// ```
    pub fn base64(media_type: impl Into<String>, data: impl Into<String>) -> Self {
        Self {
            media_type: Some(media_type.into()),
            data: Some(data.into()),
            ..Self::default()
        }
    }
}

impl ToolPart {
    /// Text.
    ///
    /// ```
    /// # use beluna_gateway_client::ToolPart;
    /// let part = ToolPart::text("21 degrees");
    /// ```
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(ToolText {
            text: text.into(),
            ..ToolText::default()
        })
    }

    /// Any JSON.
    ///
    /// ```
    /// # use beluna_gateway_client::ToolPart;
    /// let part = ToolPart::json(serde_json::json!({ "celsius": 21 }));
    /// ```
    pub fn json(value: impl Into<Value>) -> Self {
        Self::Json(ToolJson {
            value: value.into(),
        })
    }
}

impl gateway_event::AssistantMessage {
    /// All its text, without reasoning and refusals.
    ///
    /// ```
    /// # use beluna_gateway_client::gateway_event::AssistantMessage;
    /// let message: AssistantMessage =
    ///     serde_json::from_str(r#"{"role":"assistant","content":[{"type":"text","text":"Hi!"}]}"#)?;
    /// assert_eq!(message.text(), "Hi!");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn text(&self) -> String {
        let texts = self.content.iter().filter_map(|part| match part {
            gateway_event::AssistantPart::Text(part) => Some(part.text.as_str()),
            _ => None,
        });
        texts.collect()
    }
}

/// An answer goes back as it came, state and all.
impl From<gateway_event::AssistantMessage> for Message {
    fn from(message: gateway_event::AssistantMessage) -> Self {
        let parts: Vec<client_message::AssistantPart> =
            message.content.into_iter().map(Into::into).collect();
        Self::Assistant(client_message::AssistantMessage {
            content: parts.into(),
        })
    }
}

impl From<gateway_event::AssistantPart> for client_message::AssistantPart {
    fn from(part: gateway_event::AssistantPart) -> Self {
        use gateway_event::AssistantPart as Part;
        match part {
            Part::Text(gateway_event::AssistantText { text, state }) => {
                Self::Text(client_message::AssistantText {
                    text,
                    state,
                    cache: None,
                })
            }
            Part::Reasoning(part) => Self::Reasoning(part),
            Part::Refusal(part) => Self::Refusal(part),
            Part::ToolCall(call) => Self::ToolCall(client_message::AssistantToolCall {
                id: call.id,
                name: call.name,
                arguments_json: call.arguments_json,
                status: Some(call.status.into()),
                state: call.state,
            }),
            Part::Opaque(part) => Self::Opaque(part),
        }
    }
}

impl From<gateway_event::AssistantToolCallStatus> for client_message::AssistantToolCallStatus {
    fn from(status: gateway_event::AssistantToolCallStatus) -> Self {
        use gateway_event::AssistantToolCallStatus as Status;
        match status {
            Status::Ready => Self::Ready,
            Status::Malformed => Self::Malformed,
            Status::Partial => Self::Partial,
        }
    }
}
