// Generated from schemas/gateway-event.schema.json by `npm run test:rust -- --write`; change the schema, not this file.
pub use crate::client_message::{
    AssistantOpaque, AssistantReasoning, AssistantRefusal, Dialect, State,
};
///An answer, whole or as far as it came.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct AssistantMessage {
    ///All parts in the provider's order.
    pub content: Vec<AssistantPart>,
    pub role: AssistantMessageRole,
}
///`AssistantMessageRole`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum AssistantMessageRole {
    #[serde(rename = "assistant")]
    Assistant,
}
impl ::std::fmt::Display for AssistantMessageRole {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Assistant => f.write_str("assistant"),
        }
    }
}
///Text.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct AssistantText {
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub state: Option<State>,
    ///The text.
    pub text: String,
}
///A call the model wants made.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct AssistantToolCall {
    ///The arguments: JSON text, raw as the provider sent it where it is not an object.
    pub arguments_json: String,
    ///The call's id, unique within the answer it came in.
    pub id: String,
    ///The tool's name.
    pub name: String,
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub state: Option<State>,
    ///ready: an object, may be executed. malformed: ended, but no JSON object. partial: cut off, never execute. executed, rejected: the caller's own.
    pub status: AssistantToolCallStatus,
}
///ready: an object, may be executed. malformed: ended, but no JSON object. partial: cut off, never execute. executed, rejected: the caller's own.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum AssistantToolCallStatus {
    #[serde(rename = "ready")]
    Ready,
    #[serde(rename = "malformed")]
    Malformed,
    #[serde(rename = "partial")]
    Partial,
}
impl ::std::fmt::Display for AssistantToolCallStatus {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Ready => f.write_str("ready"),
            Self::Malformed => f.write_str("malformed"),
            Self::Partial => f.write_str("partial"),
        }
    }
}
///One HTTP try, or a route member passed over.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Attempt {
    ///Since the line was read.
    pub ended_ms: u64,
    ///Why it failed; null: it answered, or the client cancelled it.
    pub error: Option<GatewayError>,
    ///The status answered; null: none.
    pub http_status: Option<u64>,
    ///The model there.
    pub model: String,
    ///Since the line was read.
    pub started_ms: u64,
    ///Where.
    pub target: String,
}
///The circuit breaker of a model.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct BreakerStatus {
    ///How often it has opened.
    pub opened: u64,
    ///Open: how long until a probe is let through.
    pub retry_after_ms: Option<u64>,
    ///closed: calls pass.
    pub state: BreakerStatusState,
}
///closed: calls pass.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum BreakerStatusState {
    #[serde(rename = "closed")]
    Closed,
    #[serde(rename = "open")]
    Open,
    #[serde(rename = "half_open")]
    HalfOpen,
}
impl ::std::fmt::Display for BreakerStatusState {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Closed => f.write_str("closed"),
            Self::Open => f.write_str("open"),
            Self::HalfOpen => f.write_str("half_open"),
        }
    }
}
///Terminal: the client ended it.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct CancelledEvent {
    ///Every HTTP try and every route member passed over, in order.
    pub attempts: Vec<Attempt>,
    ///An estimate from the configured prices; null where it cannot be had.
    pub cost: Option<Cost>,
    ///The answer so far, ready to be appended to the next request's messages.
    pub message: Option<AssistantMessage>,
    pub metadata: ::std::collections::BTreeMap<String, String>,
    ///Its model as asked for.
    pub model: Option<String>,
    ///What the provider said beside the answer.
    pub provider_metadata: Option<ProviderMetadata>,
    ///Who ended it.
    pub reason: CancelledEventReason,
    ///The request's id, unique among the requests in flight on this connection.
    pub request_id: String,
    ///The target that answered or was tried last; null where nothing ran.
    pub target: Option<String>,
    ///Milliseconds since the line was read; null where nothing ran.
    pub timing: Option<Timing>,
    ///Token counts of the final attempt; null where nothing was reported.
    pub usage: Option<Usage>,
    ///What was left out, changed or looks wrong.
    pub warnings: Vec<Warning>,
}
///Who ended it.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum CancelledEventReason {
    #[serde(rename = "client_cancel")]
    ClientCancel,
}
impl ::std::fmt::Display for CancelledEventReason {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::ClientCancel => f.write_str("client_cancel"),
        }
    }
}
///What the model can be asked for.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Capabilities {
    pub audio: bool,
    pub documents: bool,
    pub forced_tool_choice: bool,
    pub json_mode: bool,
    pub json_schema: bool,
    pub parallel_tools: bool,
    pub penalties: bool,
    pub prompt_cache: bool,
    pub reasoning: bool,
    pub sampling: bool,
    pub seed: bool,
    pub stop: bool,
    pub streaming: bool,
    pub tools: bool,
    pub top_k: bool,
    pub vision: bool,
}
///Terminal: the provider ended its answer.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct CompletedEvent {
    ///Every HTTP try and every route member passed over, in order.
    pub attempts: Vec<Attempt>,
    ///An estimate from the configured prices; null where it cannot be had.
    pub cost: Option<Cost>,
    ///Why it ended.
    pub finish_reason: CompletedEventFinishReason,
    pub message: AssistantMessage,
    pub metadata: ::std::collections::BTreeMap<String, String>,
    ///Its model as asked for.
    pub model: Option<String>,
    ///What the provider said beside the answer.
    pub provider_metadata: Option<ProviderMetadata>,
    ///The request's id, unique among the requests in flight on this connection.
    pub request_id: String,
    ///The target that answered or was tried last; null where nothing ran.
    pub target: Option<String>,
    ///Milliseconds since the line was read; null where nothing ran.
    pub timing: Option<Timing>,
    ///Token counts of the final attempt; null where nothing was reported.
    pub usage: Option<Usage>,
    ///What was left out, changed or looks wrong.
    pub warnings: Vec<Warning>,
}
///Why it ended.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum CompletedEventFinishReason {
    #[serde(rename = "stop")]
    Stop,
    #[serde(rename = "length")]
    Length,
    #[serde(rename = "tool_calls")]
    ToolCalls,
    #[serde(rename = "content_filter")]
    ContentFilter,
    #[serde(rename = "refusal")]
    Refusal,
    #[serde(rename = "pause")]
    Pause,
    #[serde(rename = "other")]
    Other,
}
impl ::std::fmt::Display for CompletedEventFinishReason {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Stop => f.write_str("stop"),
            Self::Length => f.write_str("length"),
            Self::ToolCalls => f.write_str("tool_calls"),
            Self::ContentFilter => f.write_str("content_filter"),
            Self::Refusal => f.write_str("refusal"),
            Self::Pause => f.write_str("pause"),
            Self::Other => f.write_str("other"),
        }
    }
}
///The configuration in force.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ConfigStatus {
    ///Why the last reload changed nothing; null: it did not fail.
    pub last_error: Option<String>,
    ///RFC 3339 time.
    pub loaded_at: String,
    ///The file.
    pub source: String,
}
///Money, as decimal strings.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    ///Input written to a cache.
    pub cache_write: String,
    ///Input read from a cache.
    pub cached_input: String,
    ///ISO 4217 code.
    pub currency: String,
    ///Uncached input.
    pub input: String,
    ///Output.
    pub output: String,
    ///The sum, the fee per request included.
    pub total: String,
}
///A running total.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct CostTotal {
    ///ISO 4217 code.
    pub currency: String,
    ///Decimal string.
    pub total: String,
}
///Since start.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Counters {
    ///Cancelled.
    pub cancelled: u64,
    ///Completed.
    pub completed: u64,
    ///Connections accepted.
    pub connections: u64,
    ///Log lines lost.
    pub dropped_log_lines: u64,
    ///Failed.
    pub failed: u64,
    ///Lines read.
    pub lines: u64,
    ///Lines refused.
    pub refused_lines: u64,
    ///Requests accepted.
    pub requests: u64,
    ///Retries.
    pub retries: u64,
    ///Clients cut for not reading.
    pub stalled_clients: u64,
}
///Where its credential comes from; never the credential.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct CredentialStatus {
    ///It could be read; null: not tried yet.
    pub available: Option<bool>,
    ///The kind of source.
    pub source: CredentialStatusSource,
}
///The kind of source.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum CredentialStatusSource {
    #[serde(rename = "env")]
    Env,
    #[serde(rename = "file")]
    File,
    #[serde(rename = "command")]
    Command,
    #[serde(rename = "value")]
    Value,
    #[serde(rename = "none")]
    None,
}
impl ::std::fmt::Display for CredentialStatusSource {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Env => f.write_str("env"),
            Self::File => f.write_str("file"),
            Self::Command => f.write_str("command"),
            Self::Value => f.write_str("value"),
            Self::None => f.write_str("none"),
        }
    }
}
///The kinds of failure.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum ErrorKind {
    #[serde(rename = "invalid_request")]
    InvalidRequest,
    #[serde(rename = "unsupported_capability")]
    UnsupportedCapability,
    #[serde(rename = "context_length")]
    ContextLength,
    #[serde(rename = "authentication")]
    Authentication,
    #[serde(rename = "permission")]
    Permission,
    #[serde(rename = "not_found")]
    NotFound,
    #[serde(rename = "rate_limited")]
    RateLimited,
    #[serde(rename = "quota_exceeded")]
    QuotaExceeded,
    #[serde(rename = "overloaded")]
    Overloaded,
    #[serde(rename = "timeout")]
    Timeout,
    #[serde(rename = "transport")]
    Transport,
    #[serde(rename = "provider_error")]
    ProviderError,
    #[serde(rename = "protocol_violation")]
    ProtocolViolation,
    #[serde(rename = "content_filtered")]
    ContentFiltered,
    #[serde(rename = "circuit_open")]
    CircuitOpen,
    #[serde(rename = "shutting_down")]
    ShuttingDown,
    #[serde(rename = "internal")]
    Internal,
}
impl ::std::fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::InvalidRequest => f.write_str("invalid_request"),
            Self::UnsupportedCapability => f.write_str("unsupported_capability"),
            Self::ContextLength => f.write_str("context_length"),
            Self::Authentication => f.write_str("authentication"),
            Self::Permission => f.write_str("permission"),
            Self::NotFound => f.write_str("not_found"),
            Self::RateLimited => f.write_str("rate_limited"),
            Self::QuotaExceeded => f.write_str("quota_exceeded"),
            Self::Overloaded => f.write_str("overloaded"),
            Self::Timeout => f.write_str("timeout"),
            Self::Transport => f.write_str("transport"),
            Self::ProviderError => f.write_str("provider_error"),
            Self::ProtocolViolation => f.write_str("protocol_violation"),
            Self::ContentFiltered => f.write_str("content_filtered"),
            Self::CircuitOpen => f.write_str("circuit_open"),
            Self::ShuttingDown => f.write_str("shutting_down"),
            Self::Internal => f.write_str("internal"),
        }
    }
}
///Terminal: the request failed; also the answer to a refused line.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct FailedEvent {
    ///Every HTTP try and every route member passed over, in order.
    pub attempts: Vec<Attempt>,
    ///An estimate from the configured prices; null where it cannot be had.
    pub cost: Option<Cost>,
    pub error: GatewayError,
    ///The answer so far, ready to be appended to the next request's messages.
    pub message: Option<AssistantMessage>,
    pub metadata: ::std::collections::BTreeMap<String, String>,
    ///Its model as asked for.
    pub model: Option<String>,
    ///What the provider said beside the answer.
    pub provider_metadata: Option<ProviderMetadata>,
    ///The request's id; null where the line had none that could be used.
    pub request_id: Option<String>,
    ///The target that answered or was tried last; null where nothing ran.
    pub target: Option<String>,
    ///Milliseconds since the line was read; null where nothing ran.
    pub timing: Option<Timing>,
    ///Token counts of the final attempt; null where nothing was reported.
    pub usage: Option<Usage>,
    ///What was left out, changed or looks wrong.
    pub warnings: Vec<Warning>,
}
///A failure and when.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct FaultStatus {
    ///RFC 3339 time.
    pub at: String,
    ///Its code.
    pub code: Option<String>,
    pub kind: ErrorKind,
    ///What happened.
    pub message: String,
}
///A classified failure.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GatewayError {
    ///Stable snake_case name within the kind.
    pub code: Option<String>,
    pub kind: ErrorKind,
    ///What happened, where, and what to do.
    pub message: String,
    ///The model concerned.
    pub model: Option<String>,
    ///JSON pointer into the request.
    pub pointer: Option<String>,
    ///The provider's own words.
    pub provider: Option<ProviderError>,
    ///How long to wait first.
    pub retry_after_ms: Option<u64>,
    ///The same request may succeed later.
    pub retryable: bool,
    ///The target concerned.
    pub target: Option<String>,
}
///How long answers took.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Latency {
    ///To the first output.
    pub first_event: Option<Percentiles>,
    ///To the end.
    pub total: Option<Percentiles>,
}
///One model of a target.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ModelStatus {
    pub breaker: BreakerStatus,
    pub capabilities: Capabilities,
    ///Tokens it takes.
    pub context_window: Option<u64>,
    ///Ended requests whose cost is unknown.
    pub cost_unknown: u64,
    ///Why, for the last of them.
    pub cost_unknown_reason: Option<String>,
    ///Running totals by currency.
    pub costs: Vec<CostTotal>,
    ///The built-in family row in force.
    pub family: Option<String>,
    ///The last failed attempt.
    pub last_fault: Option<FaultStatus>,
    pub latency: Latency,
    ///Tokens it may answer with.
    pub max_output_tokens: Option<u64>,
    ///Its name.
    pub model: String,
    ///A price is configured.
    pub priced: bool,
    pub requests: Outcomes,
    pub tokens: Tokens,
}
///Ended requests by outcome.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Outcomes {
    ///Cancelled.
    pub cancelled: u64,
    ///Completed.
    pub completed: u64,
    ///Failed.
    pub failed: u64,
}
///A piece of the answer's text. Emitted as it comes, before the terminal event.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct OutputTextDeltaEvent {
    ///The next piece.
    pub delta: String,
    ///The number of the part in the order in which parts begin; equal numbers belong together.
    pub part: u64,
    ///The request's id, unique among the requests in flight on this connection.
    pub request_id: String,
}
///Of the last requests, in milliseconds.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Percentiles {
    ///How many.
    pub count: u64,
    ///Median.
    pub p50: u64,
    ///90th percentile.
    pub p90: u64,
    ///99th percentile.
    pub p99: u64,
}
///One capability from three sides.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ProbedCapability {
    ///What the gateway goes by.
    pub configured: bool,
    ///What the server says.
    pub declared: Option<bool>,
    ///How it shows.
    pub evidence: Option<String>,
    ///The capability.
    pub name: ProbedCapabilityName,
    ///What a live request showed.
    pub observed: Option<bool>,
}
///The capability.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum ProbedCapabilityName {
    #[serde(rename = "streaming")]
    Streaming,
    #[serde(rename = "tools")]
    Tools,
    #[serde(rename = "parallel_tools")]
    ParallelTools,
    #[serde(rename = "forced_tool_choice")]
    ForcedToolChoice,
    #[serde(rename = "json_mode")]
    JsonMode,
    #[serde(rename = "json_schema")]
    JsonSchema,
    #[serde(rename = "vision")]
    Vision,
    #[serde(rename = "documents")]
    Documents,
    #[serde(rename = "audio")]
    Audio,
    #[serde(rename = "reasoning")]
    Reasoning,
    #[serde(rename = "sampling")]
    Sampling,
    #[serde(rename = "top_k")]
    TopK,
    #[serde(rename = "seed")]
    Seed,
    #[serde(rename = "stop")]
    Stop,
    #[serde(rename = "penalties")]
    Penalties,
    #[serde(rename = "prompt_cache")]
    PromptCache,
}
impl ::std::fmt::Display for ProbedCapabilityName {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Streaming => f.write_str("streaming"),
            Self::Tools => f.write_str("tools"),
            Self::ParallelTools => f.write_str("parallel_tools"),
            Self::ForcedToolChoice => f.write_str("forced_tool_choice"),
            Self::JsonMode => f.write_str("json_mode"),
            Self::JsonSchema => f.write_str("json_schema"),
            Self::Vision => f.write_str("vision"),
            Self::Documents => f.write_str("documents"),
            Self::Audio => f.write_str("audio"),
            Self::Reasoning => f.write_str("reasoning"),
            Self::Sampling => f.write_str("sampling"),
            Self::TopK => f.write_str("top_k"),
            Self::Seed => f.write_str("seed"),
            Self::Stop => f.write_str("stop"),
            Self::Penalties => f.write_str("penalties"),
            Self::PromptCache => f.write_str("prompt_cache"),
        }
    }
}
///The answer to `probe`, also where the target is broken.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ProbedEvent {
    ///It took the credential.
    pub authenticated: Option<bool>,
    ///Configured, declared and observed, side by side.
    pub capabilities: Vec<ProbedCapability>,
    ///Tokens the model takes, as the server says.
    pub context_window: Option<u64>,
    ///What they cost.
    pub cost: Option<Cost>,
    ///How deep it looked.
    pub depth: ProbedEventDepth,
    pub dialect: Dialect,
    ///What went wrong on the way.
    pub errors: Vec<GatewayError>,
    ///Tokens it may answer with, as the server says.
    pub max_output_tokens: Option<u64>,
    ///The model.
    pub model: String,
    ///It has the model.
    pub model_present: Option<bool>,
    ///Other things seen.
    pub observations: Vec<ProbedObservation>,
    ///The server answered.
    pub reachable: Option<bool>,
    ///The request's id, unique among the requests in flight on this connection.
    pub request_id: String,
    ///Calls made upstream.
    pub requests: u64,
    ///Which server it is.
    pub server: Option<ProbedServer>,
    ///A `quirks` and `capabilities` block (YAML) to paste into the configuration.
    pub suggestion: Option<String>,
    ///The target.
    pub target: String,
    ///How long it took.
    pub total_ms: u64,
    ///Tokens the live requests took.
    pub usage: Option<Usage>,
    ///What looks wrong.
    pub warnings: Vec<Warning>,
}
///How deep it looked.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum ProbedEventDepth {
    #[serde(rename = "metadata")]
    Metadata,
    #[serde(rename = "live")]
    Live,
}
impl ::std::fmt::Display for ProbedEventDepth {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Metadata => f.write_str("metadata"),
            Self::Live => f.write_str("live"),
        }
    }
}
///Something else that was seen.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ProbedObservation {
    ///How it shows.
    pub evidence: Option<String>,
    ///What, such as reasoning_field or usage_in_stream.
    pub name: String,
    ///What it is.
    pub value: Option<String>,
}
///Which server it is.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ProbedServer {
    ///Its name, such as ollama or llama.cpp.
    pub name: String,
    ///Its version.
    pub version: Option<String>,
}
///What the provider said, verbatim.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ProviderError {
    ///The raw body, at most 8 KiB, secrets redacted; null inside `retrying` and `attempts`.
    pub body: Option<String>,
    ///Its code.
    pub code: Option<String>,
    ///The real status; 200 for an error inside a stream.
    pub http_status: Option<u64>,
    ///Its message.
    pub message: Option<String>,
    ///Its request id.
    pub request_id: Option<String>,
    ///Its type.
    #[serde(rename = "type")]
    pub type_: Option<String>,
}
///What the provider said beside the answer.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ProviderMetadata {
    ///Its own finish reason, verbatim.
    pub finish_reason: Option<String>,
    ///The model that served it.
    pub model: Option<String>,
    ///The answer's leftover fields, verbatim, at most 1 MiB.
    pub raw: ::serde_json::Map<String, ::serde_json::Value>,
    ///Its id for the answer.
    pub response_id: Option<String>,
    ///The tier that served it.
    pub service_tier: Option<String>,
}
///A call that has ended.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ReadyCall {
    ///The arguments.
    pub arguments_json: String,
    ///The call's id, unique within the answer it came in.
    pub id: String,
    ///The tool's name.
    pub name: String,
    ///ready: a JSON object. malformed: not one; raw text kept.
    pub status: ReadyCallStatus,
}
///ready: a JSON object. malformed: not one; raw text kept.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum ReadyCallStatus {
    #[serde(rename = "ready")]
    Ready,
    #[serde(rename = "malformed")]
    Malformed,
}
impl ::std::fmt::Display for ReadyCallStatus {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Ready => f.write_str("ready"),
            Self::Malformed => f.write_str("malformed"),
        }
    }
}
///A piece of readable reasoning. Emitted as it comes, before the terminal event.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ReasoningDeltaEvent {
    ///The next piece.
    pub delta: String,
    ///The number of the part in the order in which parts begin; equal numbers belong together.
    pub part: u64,
    ///The request's id, unique among the requests in flight on this connection.
    pub request_id: String,
}
///A piece of a refusal. Emitted as it comes, before the terminal event.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct RefusalDeltaEvent {
    ///The next piece.
    pub delta: String,
    ///The number of the part in the order in which parts begin; equal numbers belong together.
    pub part: u64,
    ///The request's id, unique among the requests in flight on this connection.
    pub request_id: String,
}
///Before any output only: another attempt is about to start.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct RetryingEvent {
    ///1-based number of the attempt about to start, over all targets.
    pub attempt: u64,
    ///How long until then.
    pub delay_ms: u64,
    pub error: GatewayError,
    ///The model there.
    pub model: String,
    ///The request's id, unique among the requests in flight on this connection.
    pub request_id: String,
    ///Where it goes.
    pub target: String,
}
///A route.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct RouteStatus {
    ///target or target/model, in order.
    pub members: Vec<String>,
    ///Its name.
    pub name: String,
}
///Once, first: after validation, routing and capability checks, before queue, breaker and credential.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct StartedEvent {
    pub dialect: Dialect,
    ///The model.
    pub model: String,
    ///The request's id, unique among the requests in flight on this connection.
    pub request_id: String,
    ///The target (with a route: its first candidate).
    pub target: String,
    ///What the request and the routing alone tell.
    pub warnings: Vec<Warning>,
}
///The answer to `status`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct StatusEvent {
    pub config: ConfigStatus,
    ///Open client connections.
    pub connections: u64,
    pub counters: Counters,
    ///The default target or route.
    pub default_target: Option<String>,
    ///It is stopping: no new requests.
    pub draining: bool,
    ///Requests not yet ended.
    pub in_flight: u64,
    ///Process id.
    pub pid: u64,
    pub protocol_version: i64,
    ///Of them, waiting for a permit.
    pub queued: u64,
    ///The request's id, unique among the requests in flight on this connection.
    pub request_id: String,
    ///Every configured route.
    pub routes: Vec<RouteStatus>,
    ///Every configured target.
    pub targets: Vec<TargetStatus>,
    ///Since start.
    pub uptime_ms: u64,
    ///The gateway's version.
    pub version: String,
}
///One target.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct TargetStatus {
    ///It takes other model names too.
    pub any_model: bool,
    pub credential: CredentialStatus,
    ///Its default model.
    pub default_model: Option<String>,
    pub dialect: Dialect,
    ///Its base URL.
    pub endpoint: String,
    ///Attempts running.
    pub in_flight: u64,
    ///Configured models and those seen.
    pub models: Vec<ModelStatus>,
    ///Its name.
    pub name: String,
    ///Requests waiting.
    pub queued: u64,
}
///Milliseconds since the line was read.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Timing {
    ///When the first output came; null: none.
    pub first_event_ms: Option<u64>,
    ///When a permit was had; null: never.
    pub queued_ms: Option<u64>,
    ///When it ended.
    pub total_ms: u64,
}
///Running totals, as far as reported.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Tokens {
    ///To caches.
    pub cache_write_input_tokens: u64,
    ///From caches.
    pub cached_input_tokens: u64,
    ///All input.
    pub input_tokens: u64,
    ///All output.
    pub output_tokens: u64,
    ///Reasoning.
    pub reasoning_tokens: u64,
}
///A piece of a call's arguments; the name is known from the first on.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ToolCallDeltaEvent {
    ///The next piece of the arguments.
    pub arguments_delta: String,
    ///The call's id, unique within the answer it came in.
    pub call_id: String,
    ///The tool's name.
    pub name: String,
    ///The number of the part in the order in which parts begin; equal numbers belong together.
    pub part: u64,
    ///The request's id, unique among the requests in flight on this connection.
    pub request_id: String,
}
///A call has ended: held back until a later item begins or the finish is known.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ToolCallReadyEvent {
    pub call: ReadyCall,
    ///The request's id, unique among the requests in flight on this connection.
    pub request_id: String,
}
///Token counts; a field the provider has no notion of, or did not report, is null.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Usage {
    ///Input written to a cache.
    pub cache_write_input_tokens: Option<u64>,
    ///Input read from a cache.
    pub cached_input_tokens: Option<u64>,
    ///All input, cached included.
    pub input_tokens: Option<u64>,
    ///All output, reasoning included.
    pub output_tokens: Option<u64>,
    ///The provider's own object, last seen.
    pub raw: ::serde_json::Map<String, ::serde_json::Value>,
    ///Output spent on reasoning.
    pub reasoning_tokens: Option<u64>,
    ///Input and output.
    pub total_tokens: Option<u64>,
}
///Something was left out, changed or looks wrong.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Warning {
    ///Stable name.
    pub code: String,
    ///What happened, for people.
    pub message: String,
    ///JSON pointer into the request.
    pub pointer: Option<String>,
}
///A part of an answer.
#[derive(Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
#[serde(tag = "type", deny_unknown_fields)]
pub enum AssistantPart {
    ///Text.
    #[serde(rename = "text")]
    Text(AssistantText),
    ///The model's reasoning: readable text, provider state, or both.
    #[serde(rename = "reasoning")]
    Reasoning(AssistantReasoning),
    ///The model's refusal in words.
    #[serde(rename = "refusal")]
    Refusal(AssistantRefusal),
    ///A call the model wants made.
    #[serde(rename = "tool_call")]
    ToolCall(AssistantToolCall),
    ///A provider item without a canonical form, put back in its place for its own dialect.
    #[serde(rename = "opaque")]
    Opaque(AssistantOpaque),
}
///One line from the gateway to a client.
#[derive(Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
#[serde(tag = "type", deny_unknown_fields)]
pub enum GatewayEvent {
    ///Once, first: after validation, routing and capability checks, before queue, breaker and credential.
    #[serde(rename = "started")]
    Started(StartedEvent),
    ///Before any output only: another attempt is about to start.
    #[serde(rename = "retrying")]
    Retrying(RetryingEvent),
    ///A piece of readable reasoning. Emitted as it comes, before the terminal event.
    #[serde(rename = "reasoning_delta")]
    ReasoningDelta(ReasoningDeltaEvent),
    ///A piece of the answer's text. Emitted as it comes, before the terminal event.
    #[serde(rename = "output_text_delta")]
    OutputTextDelta(OutputTextDeltaEvent),
    ///A piece of a refusal. Emitted as it comes, before the terminal event.
    #[serde(rename = "refusal_delta")]
    RefusalDelta(RefusalDeltaEvent),
    ///A piece of a call's arguments; the name is known from the first on.
    #[serde(rename = "tool_call_delta")]
    ToolCallDelta(ToolCallDeltaEvent),
    ///A call has ended: held back until a later item begins or the finish is known.
    #[serde(rename = "tool_call_ready")]
    ToolCallReady(ToolCallReadyEvent),
    ///Terminal: the provider ended its answer.
    #[serde(rename = "completed")]
    Completed(CompletedEvent),
    ///Terminal: the request failed; also the answer to a refused line.
    #[serde(rename = "failed")]
    Failed(FailedEvent),
    ///Terminal: the client ended it.
    #[serde(rename = "cancelled")]
    Cancelled(CancelledEvent),
    ///The answer to `status`.
    #[serde(rename = "status")]
    Status(StatusEvent),
    ///The answer to `probe`, also where the target is broken.
    #[serde(rename = "probed")]
    Probed(ProbedEvent),
}
