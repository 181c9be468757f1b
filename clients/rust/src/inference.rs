//! One request's events on their way to its reader.
use std::{
    fmt,
    future::poll_fn,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use futures_core::{Stream, stream::FusedStream};
use tokio::sync::mpsc;

use crate::{
    Error, FinalEvent, GatewayEvent,
    connection::{Item, Table, cancel_line},
};

/// A running request: a stream of its events in order, the terminal one last. Made by [`Client::infer`](crate::Client::infer).
///
/// Dropping it before its end cancels the request, here and at the provider. An `Err` is the last item, and says that the
/// terminal event cannot come any more. No runtime or combinators are needed to read it: [`next`](Self::next) is built in.
///
/// ```no_run
/// # use beluna_gateway_client::{Client, Error, GatewayEvent, InferRequest, Message};
/// # async fn read(client: &Client) -> Result<(), Error> {
/// let mut answer = client.infer(InferRequest::new([Message::user("Count to three")]));
/// while let Some(event) = answer.next().await {
///     match event? {
///         GatewayEvent::OutputTextDelta(event) => print!("{}", event.delta),
///         GatewayEvent::Retrying(event) => eprintln!("again in {} ms", event.delay_ms),
///         _ => {}
///     }
/// }
/// let end = answer.finish().await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a request that is dropped is cancelled"]
pub struct Inference {
    request_id: String,
    serial: u64,
    events: mpsc::Receiver<Item>,
    table: Arc<Table>,
    lines: mpsc::UnboundedSender<Vec<u8>>,
    over: bool,
    end: Option<Result<FinalEvent, Error>>,
}

impl Inference {
    pub(crate) fn new(
        request_id: String,
        serial: u64,
        events: mpsc::Receiver<Item>,
        table: Arc<Table>,
        lines: mpsc::UnboundedSender<Vec<u8>>,
    ) -> Self {
        Self {
            request_id,
            serial,
            events,
            table,
            lines,
            over: false,
            end: None,
        }
    }

    /// The request's id on its connection, as it stands in the daemon's log.
    ///
    /// ```no_run
    /// # use beluna_gateway_client::{Client, InferRequest, Message};
    /// # fn ask(client: &Client) {
    /// let answer = client.infer(InferRequest::new([Message::user("Say hi")]));
    /// eprintln!("asked as {}", answer.request_id());
    /// # }
    /// ```
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// The next event; `None` after the last. Nothing is lost where the future is dropped before it is ready.
    ///
    /// ```no_run
    /// # use beluna_gateway_client::{Error, GatewayEvent, Inference};
    /// # async fn first(mut answer: Inference) -> Result<(), Error> {
    /// if let Some(GatewayEvent::Started(event)) = answer.next().await.transpose()? {
    ///     eprintln!("{} answers", event.model);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn next(&mut self) -> Option<Result<GatewayEvent, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// The terminal event; what has not been read before it is dropped. Works as well where it has been read already.
    ///
    /// ```no_run
    /// # use beluna_gateway_client::{Client, Error, InferRequest, Message};
    /// # async fn ask(client: &Client) -> Result<(), Error> {
    /// let end = client.infer(InferRequest::new([Message::user("Say hi")])).finish().await?;
    /// println!("{}", end.completed()?.message.text());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn finish(mut self) -> Result<FinalEvent, Error> {
        while self.next().await.is_some() {}
        let nothing = || Error::Malformed {
            reason: "the request ended in an answer to another kind of message".into(),
        };
        self.end.take().unwrap_or_else(|| Err(nothing()))
    }

    /// Asks for an early end. The terminal event still comes, and holds what there is of the answer.
    ///
    /// ```no_run
    /// # use beluna_gateway_client::{Error, Inference};
    /// # async fn enough(answer: Inference) -> Result<(), Error> {
    /// answer.cancel();
    /// let so_far = answer.finish().await?.message().map(|message| message.text());
    /// # Ok(())
    /// # }
    /// ```
    pub fn cancel(&self) {
        if self.table.holds(&self.request_id, self.serial) {
            // Where the connection is gone, so is the request.
            let _ = self.lines.send(cancel_line(&self.request_id));
        }
    }
}

impl Stream for Inference {
    type Item = Result<GatewayEvent, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.over {
            return Poll::Ready(None);
        }
        let received = ready!(self.events.poll_recv(context));
        let item = received.unwrap_or_else(|| Err(self.table.loss()));
        match &item {
            Ok(event) => {
                self.over = event.is_terminal();
                self.end = FinalEvent::of(event).map(Ok);
            }
            Err(error) => {
                self.over = true;
                self.end = Some(Err(error.clone()));
            }
        }
        Poll::Ready(Some(item))
    }
}

impl FusedStream for Inference {
    fn is_terminated(&self) -> bool {
        self.over
    }
}

impl Drop for Inference {
    fn drop(&mut self) {
        self.cancel();
    }
}

impl fmt::Debug for Inference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inference")
            .field("request_id", &self.request_id)
            .field("over", &self.over)
            .finish_non_exhaustive()
    }
}
