//! One connection to the daemon.
use std::{fmt, path::Path, sync::Arc};

use serde::Serialize;
use tokio::{net::UnixStream, sync::mpsc};

use crate::{
    Error, GatewayEvent, Inference, ProbedEvent, StatusEvent,
    client_message::{ExitRequest, InferRequest, ProbeRequest, StatusRequest},
    connection::{self, Item, Table},
};

/// Ids made here begin so; a caller's own must not.
const OWN_IDS: &str = "auto.";

/// A connection to the daemon, for any number of requests at once. Clones share it.
///
/// It half-closes when the last clone and the last [`Inference`] are gone: what is in flight then still ends at the daemon.
/// Once it is lost every call says so; connecting again is the caller's to decide.
///
/// ```no_run
/// # use beluna_gateway_client::{Client, Error, InferRequest, Message};
/// # async fn ask() -> Result<(), Error> {
/// let client = Client::connect("/run/beluna-gateway/gateway.sock").await?;
/// let [one, two] = ["Say hi", "Say bye"].map(|text| client.infer(InferRequest::new([Message::user(text)])));
/// println!("{}", one.finish().await?.completed()?.message.text());
/// println!("{}", two.finish().await?.completed()?.message.text());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    table: Arc<Table>,
    lines: mpsc::UnboundedSender<Vec<u8>>,
}

/// One line to the daemon. The id stands before what may break a bound, and the body's own is empty.
#[derive(Serialize)]
struct Line<'a, T> {
    #[serde(rename = "type")]
    kind: &'static str,
    request_id: &'a str,
    #[serde(flatten)]
    body: &'a T,
}

impl Client {
    /// Connects to the daemon's socket.
    ///
    /// ```no_run
    /// # use beluna_gateway_client::{Client, Error};
    /// # async fn connect() {
    /// match Client::connect("/run/beluna-gateway/gateway.sock").await {
    ///     Ok(client) => drop(client),
    ///     Err(Error::Connect { path, source }) => eprintln!("no daemon at {}: {source}", path.display()),
    ///     Err(error) => eprintln!("{error}"),
    /// }
    /// # }
    /// ```
    pub async fn connect(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let connected = UnixStream::connect(path).await;
        let stream = connected.map_err(|error| Error::Connect {
            path: path.to_owned(),
            source: Arc::new(error),
        })?;
        Ok(Self::from_stream(stream))
    }

    /// Takes over a connection that is there already. Must be called on a Tokio runtime.
    ///
    /// ```
    /// # use beluna_gateway_client::Client;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let (ours, _theirs) = tokio::net::UnixStream::pair()?;
    /// let client = Client::from_stream(ours);
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_stream(stream: UnixStream) -> Self {
        let (table, lines) = connection::start(stream);
        Self { table, lines }
    }

    /// Sends a request at once; its events wait in the stream, 1,024 at most.
    ///
    /// With more unread, nothing more is read from the connection: the daemon and its provider wait, and so do the other
    /// requests of this connection, until this stream is read on or dropped. So read streams side by side, or give a slow reader
    /// a connection of its own. The daemon gives up a client that reads nothing for its `stalled_client_timeout_ms`.
    ///
    /// The id is made here, unless the request has one. What cannot be sent is an error in the stream.
    ///
    /// ```no_run
    /// # use beluna_gateway_client::{Client, Error, InferRequest, Message};
    /// # async fn ask(client: &Client) -> Result<(), Error> {
    /// let request = InferRequest { target: Some("local".into()), ..InferRequest::new([Message::user("Say hi")]) };
    /// let answer = client.infer(request).finish().await?.completed()?;
    /// println!("{}", answer.message.text());
    /// # Ok(())
    /// # }
    /// ```
    pub fn infer(&self, mut request: InferRequest) -> Inference {
        let request_id = request.request_id.take();
        self.request("infer", request_id, &request)
            .unwrap_or_else(|error| {
                let (sender, events) = mpsc::channel(1);
                let _ = sender.try_send(Err(error));
                self.inference(String::new(), 0, events)
            })
    }

    /// What the daemon is doing.
    ///
    /// ```no_run
    /// # use beluna_gateway_client::{Client, Error};
    /// # async fn look(client: &Client) -> Result<(), Error> {
    /// for target in client.status().await?.targets {
    ///     println!("{}: {} in flight", target.name, target.in_flight);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn status(&self) -> Result<StatusEvent, Error> {
        match self
            .answer("status", None, &StatusRequest::default())
            .await?
        {
            GatewayEvent::Status(event) => Ok(event),
            event => Err(unexpected(event)),
        }
    }

    /// What a target can do; also an answer, not an error, where the target is broken. Dropping the future cancels the probe.
    ///
    /// ```no_run
    /// # use beluna_gateway_client::{Client, Error, ProbeRequest};
    /// # async fn look(client: &Client) -> Result<(), Error> {
    /// let probed = client.probe(ProbeRequest::new("local")).await?;
    /// println!("{:?}", probed.capabilities);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn probe(&self, mut request: ProbeRequest) -> Result<ProbedEvent, Error> {
        let request_id = request.request_id.take();
        match self.answer("probe", request_id, &request).await? {
            GatewayEvent::Probed(event) => Ok(event),
            event => Err(unexpected(event)),
        }
    }

    /// Asks the daemon to finish what runs and to stop; done when it has closed the connection. The other streams of the connection
    /// must be read meanwhile. A daemon that does not allow it answers [`Error::Failed`].
    ///
    /// ```no_run
    /// # use beluna_gateway_client::{Client, Error};
    /// # async fn stop(client: &Client) -> Result<(), Error> {
    /// client.exit().await
    /// # }
    /// ```
    pub async fn exit(&self) -> Result<(), Error> {
        let mut answer = self.request("exit", None, &ExitRequest::default())?;
        match answer.next().await {
            Some(Ok(event)) => Err(unexpected(event)),
            None | Some(Err(Error::Lost { .. })) => Ok(()),
            Some(Err(error)) => Err(error),
        }
    }

    async fn answer<T: Serialize>(
        &self,
        kind: &'static str,
        request_id: Option<String>,
        body: &T,
    ) -> Result<GatewayEvent, Error> {
        let mut answer = self.request(kind, request_id, body)?;
        let event = answer.next().await;
        event.unwrap_or_else(|| Err(self.table.loss()))
    }

    /// Enters a request into the table and queues its line.
    fn request<T: Serialize>(
        &self,
        kind: &'static str,
        request_id: Option<String>,
        body: &T,
    ) -> Result<Inference, Error> {
        let serial = self.table.serial();
        let request_id = match request_id {
            Some(request_id) => usable(request_id)?,
            None => format!("{OWN_IDS}{serial}"),
        };
        let line = Line {
            kind,
            request_id: &request_id,
            body,
        };
        let mut line = serde_json::to_vec(&line).map_err(|error| Error::NotSent {
            reason: error.to_string(),
        })?;
        line.push(b'\n');
        let events = self.table.enter(&request_id, serial, line.len())?;
        // Where the connection is lost meanwhile, the stream says so.
        let _ = self.lines.send(line);
        Ok(self.inference(request_id, serial, events))
    }

    fn inference(&self, id: String, serial: u64, events: mpsc::Receiver<Item>) -> Inference {
        let (table, lines) = (Arc::clone(&self.table), self.lines.clone());
        Inference::new(id, serial, events, table, lines)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}

/// The daemon would answer an id that it cannot use without saying whose it was.
fn usable(request_id: String) -> Result<String, Error> {
    let fits = (1..=128).contains(&request_id.len())
        && request_id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte));
    if fits && !request_id.starts_with(OWN_IDS) {
        return Ok(request_id);
    }
    let reason = format!(
        "request_id {request_id:?}: up to 128 of A-Z a-z 0-9 . _ : - are allowed, not beginning with {OWN_IDS:?}"
    );
    Err(Error::NotSent { reason })
}

fn unexpected(event: GatewayEvent) -> Error {
    match event {
        GatewayEvent::Failed(event) => Error::Failed(Box::new(event)),
        GatewayEvent::Cancelled(event) => Error::Cancelled(Box::new(event)),
        _ => Error::Malformed {
            reason: "the answer belongs to another kind of message".into(),
        },
    }
}
