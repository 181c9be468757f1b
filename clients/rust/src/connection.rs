//! The two halves of the socket, and the table of requests between them. Never holds the table's lock while it waits.
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde::Deserialize;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{
        UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::mpsc,
};

use crate::{
    Error,
    gateway_event::{FailedEvent, GatewayEvent},
};

/// Events of one request that may wait unread.
pub(crate) const MOST_UNREAD: usize = 1_024;
/// A line's memory is kept for the next one up to this size.
const KEPT_BYTES: usize = 1 << 20;

pub(crate) type Item = Result<GatewayEvent, Error>;

/// Starts reading and writing; the connection half-closes when the last sender of lines is gone.
pub(crate) fn start(stream: UnixStream) -> (Arc<Table>, mpsc::UnboundedSender<Vec<u8>>) {
    let (input, output) = stream.into_split();
    let (lines, queue) = mpsc::unbounded_channel();
    let table = Arc::new(Table::default());
    tokio::spawn(write(output, queue));
    let reader = Reader {
        table: Arc::clone(&table),
        lines: lines.downgrade(),
    };
    tokio::spawn(reader.run(input));
    (table, lines)
}

pub(crate) fn cancel_line(request_id: &str) -> Vec<u8> {
    format!("{{\"type\":\"cancel\",\"request_id\":\"{request_id}\"}}\n").into_bytes()
}

/// A broken socket ends it; the reader knows better why, and tells.
async fn write(mut output: OwnedWriteHalf, mut queue: mpsc::UnboundedReceiver<Vec<u8>>) {
    while let Some(line) = queue.recv().await {
        if output.write_all(&line).await.is_err() {
            return;
        }
    }
}

/// The requests whose terminal event has not come.
#[derive(Debug, Default)]
pub(crate) struct Table(Mutex<Requests>);

#[derive(Debug, Default)]
struct Requests {
    in_flight: HashMap<String, Entry>,
    last_serial: u64,
    lost: Option<Error>,
}

#[derive(Debug)]
struct Entry {
    serial: u64,
    line_bytes: usize,
    answered: bool,
    events: mpsc::Sender<Item>,
}

impl Table {
    /// A number that no other request of this connection has.
    pub(crate) fn serial(&self) -> u64 {
        let mut requests = self.lock();
        requests.last_serial += 1;
        requests.last_serial
    }

    /// Makes room for a request's events, before its line goes out.
    pub(crate) fn enter(
        &self,
        request_id: &str,
        serial: u64,
        line_bytes: usize,
    ) -> Result<mpsc::Receiver<Item>, Error> {
        let mut requests = self.lock();
        if let Some(error) = &requests.lost {
            return Err(error.clone());
        }
        if requests.in_flight.contains_key(request_id) {
            let reason = format!("request_id {request_id:?} is in flight on this connection");
            return Err(Error::NotSent { reason });
        }
        let (events, receiver) = mpsc::channel(MOST_UNREAD);
        let entry = Entry {
            serial,
            line_bytes,
            answered: false,
            events,
        };
        requests.in_flight.insert(request_id.to_owned(), entry);
        Ok(receiver)
    }

    /// Whether this request, and not a later one of the same id, waits for its end.
    pub(crate) fn holds(&self, request_id: &str, serial: u64) -> bool {
        let requests = self.lock();
        let entry = requests.in_flight.get(request_id);
        entry.is_some_and(|entry| entry.serial == serial)
    }

    /// Why no more events come.
    pub(crate) fn loss(&self) -> Error {
        self.lock().lost.clone().unwrap_or_else(|| Error::Lost {
            reason: "the reader has stopped".into(),
        })
    }

    /// Where an event goes; after the last one the id is free.
    fn route(&self, request_id: &str, last: bool) -> Option<mpsc::Sender<Item>> {
        let mut requests = self.lock();
        if last {
            return requests.in_flight.remove(request_id).map(|e| e.events);
        }
        let entry = requests.in_flight.get_mut(request_id)?;
        entry.answered = true;
        Some(entry.events.clone())
    }

    /// The longest of the lines that nothing has answered: if one of them was too long, it was.
    fn longest_unanswered(&self) -> Option<String> {
        let requests = self.lock();
        let unanswered = requests.in_flight.iter().filter(|(_, e)| !e.answered);
        let longest = unanswered.max_by_key(|(_, entry)| entry.line_bytes);
        longest.map(|(request_id, _)| request_id.clone())
    }

    fn lose(&self, error: Error) {
        let mut requests = self.lock();
        requests.lost = Some(error);
        requests.in_flight.clear();
    }

    /// No code panics under the lock, so that a poisoned table is whole as well.
    fn lock(&self) -> MutexGuard<'_, Requests> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Reader {
    table: Arc<Table>,
    lines: mpsc::WeakUnboundedSender<Vec<u8>>,
}

/// All that must be known of a line to tell whose it is.
#[derive(Deserialize)]
struct Envelope {
    request_id: String,
}

impl Reader {
    async fn run(self, input: OwnedReadHalf) {
        let error = match self.read(input).await {
            Ok(()) => Error::Lost {
                reason: "closed by the daemon".into(),
            },
            Err(error) => error,
        };
        self.table.lose(error);
    }

    async fn read(&self, input: OwnedReadHalf) -> Result<(), Error> {
        let mut input = BufReader::with_capacity(1 << 16, input);
        let mut line = Vec::new();
        loop {
            let read = input.read_until(b'\n', &mut line).await;
            read.map_err(|error| Error::Lost {
                reason: error.to_string(),
            })?;
            if line.last() != Some(&b'\n') {
                return Ok(());
            }
            match serde_json::from_slice(&line) {
                Ok(event) => self.deliver(event).await?,
                Err(error) => self.spoil(&line, &error).await?,
            }
            line.clear();
            line.shrink_to(KEPT_BYTES);
        }
    }

    /// Waits where the request's reader is behind. An event of a request that nobody waits for is dropped.
    async fn deliver(&self, mut event: GatewayEvent) -> Result<(), Error> {
        if let GatewayEvent::Failed(refusal) = &mut event {
            if refusal.request_id.is_none() {
                refusal.request_id = Some(self.refused(refusal)?);
            }
        }
        let Some(request_id) = event.request_id() else {
            return Ok(());
        };
        if let Some(events) = self.table.route(request_id, event.is_terminal()) {
            // A request whose reader is gone still has its place in the table until it has ended.
            let _ = events.send(Ok(event)).await;
        }
        Ok(())
    }

    /// Whose refusal it is. The daemon cannot read the id of a line that it would not read; other refusals without an id mean the connection.
    fn refused(&self, refusal: &FailedEvent) -> Result<String, Error> {
        let too_long = refusal.error.code.as_deref() == Some("line_too_long");
        let request_id = too_long.then(|| self.table.longest_unanswered()).flatten();
        request_id.ok_or_else(|| Error::Refused(Box::new(refusal.clone())))
    }

    /// Ends the request whose event cannot be read, or the connection where even that is unknown.
    async fn spoil(&self, line: &[u8], error: &serde_json::Error) -> Result<(), Error> {
        let error = Error::Malformed {
            reason: error.to_string(),
        };
        let Ok(Envelope { request_id }) = serde_json::from_slice(line) else {
            return Err(error);
        };
        if let Some(events) = self.table.route(&request_id, true) {
            if let Some(lines) = self.lines.upgrade() {
                let _ = lines.send(cancel_line(&request_id));
            }
            let _ = events.send(Err(error)).await;
        }
        Ok(())
    }
}
