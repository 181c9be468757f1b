//! What can go wrong on this side of the socket, and the daemon's own answers that say so.
use std::{fmt, io, path::PathBuf, sync::Arc};

use crate::gateway_event::{CancelledEvent, FailedEvent};

/// Why there is no answer.
///
/// A stream of events gives an error only where its terminal event cannot come any more; a request that fails in an orderly way
/// ends in [`GatewayEvent::Failed`](crate::GatewayEvent::Failed), which becomes [`Error::Failed`] in the calls that promise success.
///
/// ```
/// use beluna_gateway_client::{Error, ErrorKind};
///
/// /// Whether it may help to connect again and send the same request.
/// fn worth_another_try(error: &Error) -> bool {
///     match error {
///         Error::Connect { .. } | Error::Lost { .. } => true,
///         Error::Failed(event) | Error::Refused(event) => {
///             event.error.retryable && event.error.kind != ErrorKind::ShuttingDown
///         }
///         _ => false,
///     }
/// }
///
/// assert!(worth_another_try(&Error::Lost { reason: "closed by the daemon".into() }));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Error {
    /// No connection: `NotFound` and `ConnectionRefused` mean that no daemon listens there.
    Connect {
        /// The socket.
        path: PathBuf,
        /// The system's error.
        source: Arc<io::Error>,
    },
    /// The connection is gone, and with it every request that was in flight.
    Lost {
        /// How it ended.
        reason: String,
    },
    /// The daemon refused the connection as a whole, such as one too many.
    Refused(Box<FailedEvent>),
    /// The daemon sent what is not version 1 of the protocol.
    Malformed {
        /// What is wrong with it.
        reason: String,
    },
    /// The request was not sent.
    NotSent {
        /// Why not.
        reason: String,
    },
    /// The request failed; the event says all about it.
    Failed(Box<FailedEvent>),
    /// The request was cancelled.
    Cancelled(Box<CancelledEvent>),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect { path, source } => {
                write!(f, "cannot connect to {}: {source}", path.display())
            }
            Self::Lost { reason } => write!(f, "the connection to the daemon is gone: {reason}"),
            Self::Refused(event) => {
                write!(
                    f,
                    "the daemon refused the connection: {}",
                    event.error.message
                )
            }
            Self::Malformed { reason } => {
                write!(
                    f,
                    "the daemon does not speak version 1 of the protocol: {reason}"
                )
            }
            Self::NotSent { reason } => write!(f, "the request was not sent: {reason}"),
            Self::Failed(event) => write!(f, "{}: {}", event.error.kind, event.error.message),
            Self::Cancelled(_) => f.write_str("the request was cancelled"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Connect { source, .. } => Some(source),
            _ => None,
        }
    }
}
