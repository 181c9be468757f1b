#![doc = include_str!("../README.md")]
#![warn(missing_docs)]
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod client;
mod connection;
mod conversation;
mod ending;
mod error;
mod inference;

// The generator spells out what could be derived, boxes nothing, and documents what the schemas do.
#[allow(clippy::derivable_impls, clippy::large_enum_variant, missing_docs)]
#[rustfmt::skip]
pub mod client_message;
#[allow(clippy::derivable_impls, clippy::large_enum_variant, missing_docs)]
#[rustfmt::skip]
pub mod gateway_event;

pub use client::Client;
pub use client_message::{InferRequest, Message, ProbeRequest, Source, Tool, ToolPart, UserPart};
pub use ending::FinalEvent;
pub use error::Error;
pub use gateway_event::{
    CancelledEvent, CompletedEvent, ErrorKind, FailedEvent, GatewayError, GatewayEvent,
    ProbedEvent, StatusEvent,
};
pub use inference::Inference;
