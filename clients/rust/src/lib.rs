//! The wire protocol of beluna-gateway as Rust types, generated from its schemas: [`client_message::ClientMessage`] goes to the
//! daemon, [`gateway_event::GatewayEvent`] comes back, one JSON object a line. Unknown fields are refused on both sides.
// The generator spells out what could be derived, and boxes nothing.
#[allow(clippy::derivable_impls, clippy::large_enum_variant)]
pub mod client_message;
#[allow(clippy::derivable_impls, clippy::large_enum_variant)]
pub mod gateway_event;
