// Generated from schemas/gateway-event.schema.json by `npm run test:rust -- --write`; change the schema, not this file.
/// Error types.
pub mod error {
    /// Error from a `TryFrom` or `FromStr` implementation.
    pub struct ConversionError(::std::borrow::Cow<'static, str>);
    impl ::std::error::Error for ConversionError {}
    impl ::std::fmt::Display for ConversionError {
        fn fmt(
            &self,
            f: &mut ::std::fmt::Formatter<'_>,
        ) -> Result<(), ::std::fmt::Error> {
            ::std::fmt::Display::fmt(&self.0, f)
        }
    }
    impl ::std::fmt::Debug for ConversionError {
        fn fmt(
            &self,
            f: &mut ::std::fmt::Formatter<'_>,
        ) -> Result<(), ::std::fmt::Error> {
            ::std::fmt::Debug::fmt(&self.0, f)
        }
    }
    impl From<&'static str> for ConversionError {
        fn from(value: &'static str) -> Self {
            Self(value.into())
        }
    }
    impl From<String> for ConversionError {
        fn from(value: String) -> Self {
            Self(value.into())
        }
    }
}
///An answer, whole or as far as it came.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct AssistantMessage {
    ///All parts in the provider's order.
    pub content: ::std::vec::Vec<AssistantPart>,
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
impl ::std::str::FromStr for AssistantMessageRole {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "assistant" => Ok(Self::Assistant),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for AssistantMessageRole {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<&::std::string::String> for AssistantMessageRole {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for AssistantMessageRole {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///A provider item without a canonical form, put back in its place for its own dialect.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct AssistantOpaque {
    pub state: State,
}
///The model's reasoning: readable text, provider state, or both.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct AssistantReasoning {
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub state: ::std::option::Option<State>,
    ///Readable reasoning.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub text: ::std::option::Option<::std::string::String>,
}
impl ::std::default::Default for AssistantReasoning {
    fn default() -> Self {
        Self {
            state: Default::default(),
            text: Default::default(),
        }
    }
}
///The model's refusal in words.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct AssistantRefusal {
    ///The refusal.
    pub text: ::std::string::String,
}
///Text.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct AssistantText {
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub state: ::std::option::Option<State>,
    ///The text.
    pub text: ::std::string::String,
}
///A call the model wants made.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct AssistantToolCall {
    ///The arguments: JSON text, raw as the provider sent it where it is not an object.
    pub arguments_json: ::std::string::String,
    ///The call's id, unique within the answer it came in.
    pub id: ::std::string::String,
    ///The tool's name.
    pub name: ::std::string::String,
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub state: ::std::option::Option<State>,
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
impl ::std::str::FromStr for AssistantToolCallStatus {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "ready" => Ok(Self::Ready),
            "malformed" => Ok(Self::Malformed),
            "partial" => Ok(Self::Partial),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for AssistantToolCallStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<&::std::string::String> for AssistantToolCallStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for AssistantToolCallStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///One HTTP try, or a route member passed over.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Attempt {
    ///Since the line was read.
    pub ended_ms: u64,
    ///Why it failed; null: it answered.
    pub error: ::std::option::Option<GatewayError>,
    ///The status answered; null: none.
    pub http_status: ::std::option::Option<u64>,
    ///The model there.
    pub model: ::std::string::String,
    ///Since the line was read.
    pub started_ms: u64,
    ///Where.
    pub target: ::std::string::String,
}
///The circuit breaker of a model.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct BreakerStatus {
    ///How often it has opened.
    pub opened: u64,
    ///Open: how long until a probe is let through.
    pub retry_after_ms: ::std::option::Option<u64>,
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
impl ::std::str::FromStr for BreakerStatusState {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "closed" => Ok(Self::Closed),
            "open" => Ok(Self::Open),
            "half_open" => Ok(Self::HalfOpen),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for BreakerStatusState {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<&::std::string::String> for BreakerStatusState {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for BreakerStatusState {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///Terminal: the client ended it.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct CancelledEvent {
    ///Every HTTP try and every route member passed over, in order.
    pub attempts: ::std::vec::Vec<Attempt>,
    ///An estimate from the configured prices; null where it cannot be had.
    pub cost: ::std::option::Option<Cost>,
    ///The answer so far, ready to be appended to the next request's messages.
    pub message: ::std::option::Option<AssistantMessage>,
    pub metadata: Metadata,
    ///Its model as asked for.
    pub model: ::std::option::Option<::std::string::String>,
    ///What the provider said beside the answer.
    pub provider_metadata: ::std::option::Option<ProviderMetadata>,
    ///Who ended it.
    pub reason: CancelledEventReason,
    ///The request's id, unique among the requests in flight on this connection.
    pub request_id: ::std::string::String,
    ///The target that answered or was tried last; null where nothing ran.
    pub target: ::std::option::Option<::std::string::String>,
    ///Milliseconds since the line was read; null where nothing ran.
    pub timing: ::std::option::Option<Timing>,
    ///Token counts of the final attempt; null where nothing was reported.
    pub usage: ::std::option::Option<Usage>,
    ///What was left out, changed or looks wrong.
    pub warnings: ::std::vec::Vec<Warning>,
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
impl ::std::str::FromStr for CancelledEventReason {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "client_cancel" => Ok(Self::ClientCancel),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for CancelledEventReason {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<&::std::string::String> for CancelledEventReason {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for CancelledEventReason {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
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
    pub attempts: ::std::vec::Vec<Attempt>,
    ///An estimate from the configured prices; null where it cannot be had.
    pub cost: ::std::option::Option<Cost>,
    ///Why it ended.
    pub finish_reason: CompletedEventFinishReason,
    pub message: AssistantMessage,
    pub metadata: Metadata,
    ///Its model as asked for.
    pub model: ::std::option::Option<::std::string::String>,
    ///What the provider said beside the answer.
    pub provider_metadata: ::std::option::Option<ProviderMetadata>,
    ///The request's id, unique among the requests in flight on this connection.
    pub request_id: ::std::string::String,
    ///The target that answered or was tried last; null where nothing ran.
    pub target: ::std::option::Option<::std::string::String>,
    ///Milliseconds since the line was read; null where nothing ran.
    pub timing: ::std::option::Option<Timing>,
    ///Token counts of the final attempt; null where nothing was reported.
    pub usage: ::std::option::Option<Usage>,
    ///What was left out, changed or looks wrong.
    pub warnings: ::std::vec::Vec<Warning>,
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
impl ::std::str::FromStr for CompletedEventFinishReason {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "stop" => Ok(Self::Stop),
            "length" => Ok(Self::Length),
            "tool_calls" => Ok(Self::ToolCalls),
            "content_filter" => Ok(Self::ContentFilter),
            "refusal" => Ok(Self::Refusal),
            "pause" => Ok(Self::Pause),
            "other" => Ok(Self::Other),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for CompletedEventFinishReason {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<&::std::string::String> for CompletedEventFinishReason {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for CompletedEventFinishReason {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///The configuration in force.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ConfigStatus {
    ///Why the last reload changed nothing; null: it did not fail.
    pub last_error: ::std::option::Option<::std::string::String>,
    ///RFC 3339 time.
    pub loaded_at: ::std::string::String,
    ///The file.
    pub source: ::std::string::String,
}
///Money, as decimal strings.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    ///Input written to a cache.
    pub cache_write: ::std::string::String,
    ///Input read from a cache.
    pub cached_input: ::std::string::String,
    ///ISO 4217 code.
    pub currency: ::std::string::String,
    ///Uncached input.
    pub input: ::std::string::String,
    ///Output.
    pub output: ::std::string::String,
    ///The sum, the fee per request included.
    pub total: ::std::string::String,
}
///A running total.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct CostTotal {
    ///ISO 4217 code.
    pub currency: ::std::string::String,
    ///Decimal string.
    pub total: ::std::string::String,
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
    pub available: ::std::option::Option<bool>,
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
impl ::std::str::FromStr for CredentialStatusSource {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "env" => Ok(Self::Env),
            "file" => Ok(Self::File),
            "command" => Ok(Self::Command),
            "value" => Ok(Self::Value),
            "none" => Ok(Self::None),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for CredentialStatusSource {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<&::std::string::String> for CredentialStatusSource {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for CredentialStatusSource {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///The wire language of a target.
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
pub enum Dialect {
    #[serde(rename = "openai_responses")]
    OpenaiResponses,
    #[serde(rename = "anthropic_messages")]
    AnthropicMessages,
    #[serde(rename = "gemini")]
    Gemini,
    #[serde(rename = "openai_chat")]
    OpenaiChat,
}
impl ::std::fmt::Display for Dialect {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::OpenaiResponses => f.write_str("openai_responses"),
            Self::AnthropicMessages => f.write_str("anthropic_messages"),
            Self::Gemini => f.write_str("gemini"),
            Self::OpenaiChat => f.write_str("openai_chat"),
        }
    }
}
impl ::std::str::FromStr for Dialect {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "openai_responses" => Ok(Self::OpenaiResponses),
            "anthropic_messages" => Ok(Self::AnthropicMessages),
            "gemini" => Ok(Self::Gemini),
            "openai_chat" => Ok(Self::OpenaiChat),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for Dialect {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<&::std::string::String> for Dialect {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for Dialect {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
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
impl ::std::str::FromStr for ErrorKind {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "invalid_request" => Ok(Self::InvalidRequest),
            "unsupported_capability" => Ok(Self::UnsupportedCapability),
            "context_length" => Ok(Self::ContextLength),
            "authentication" => Ok(Self::Authentication),
            "permission" => Ok(Self::Permission),
            "not_found" => Ok(Self::NotFound),
            "rate_limited" => Ok(Self::RateLimited),
            "quota_exceeded" => Ok(Self::QuotaExceeded),
            "overloaded" => Ok(Self::Overloaded),
            "timeout" => Ok(Self::Timeout),
            "transport" => Ok(Self::Transport),
            "provider_error" => Ok(Self::ProviderError),
            "protocol_violation" => Ok(Self::ProtocolViolation),
            "content_filtered" => Ok(Self::ContentFiltered),
            "circuit_open" => Ok(Self::CircuitOpen),
            "shutting_down" => Ok(Self::ShuttingDown),
            "internal" => Ok(Self::Internal),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for ErrorKind {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<&::std::string::String> for ErrorKind {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for ErrorKind {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///Terminal: the request failed; also the answer to a refused line.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct FailedEvent {
    ///Every HTTP try and every route member passed over, in order.
    pub attempts: ::std::vec::Vec<Attempt>,
    ///An estimate from the configured prices; null where it cannot be had.
    pub cost: ::std::option::Option<Cost>,
    pub error: GatewayError,
    ///The answer so far, ready to be appended to the next request's messages.
    pub message: ::std::option::Option<AssistantMessage>,
    pub metadata: Metadata,
    ///Its model as asked for.
    pub model: ::std::option::Option<::std::string::String>,
    ///What the provider said beside the answer.
    pub provider_metadata: ::std::option::Option<ProviderMetadata>,
    ///The request's id; null where the line had none that could be used.
    pub request_id: ::std::option::Option<::std::string::String>,
    ///The target that answered or was tried last; null where nothing ran.
    pub target: ::std::option::Option<::std::string::String>,
    ///Milliseconds since the line was read; null where nothing ran.
    pub timing: ::std::option::Option<Timing>,
    ///Token counts of the final attempt; null where nothing was reported.
    pub usage: ::std::option::Option<Usage>,
    ///What was left out, changed or looks wrong.
    pub warnings: ::std::vec::Vec<Warning>,
}
///A failure and when.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct FaultStatus {
    ///RFC 3339 time.
    pub at: ::std::string::String,
    ///Its code.
    pub code: ::std::option::Option<::std::string::String>,
    pub kind: ErrorKind,
    ///What happened.
    pub message: ::std::string::String,
}
///A classified failure.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GatewayError {
    ///Stable snake_case name within the kind.
    pub code: ::std::option::Option<::std::string::String>,
    pub kind: ErrorKind,
    ///What happened, where, and what to do.
    pub message: ::std::string::String,
    ///The model concerned.
    pub model: ::std::option::Option<::std::string::String>,
    ///JSON pointer into the request.
    pub pointer: ::std::option::Option<::std::string::String>,
    ///The provider's own words.
    pub provider: ::std::option::Option<ProviderError>,
    ///How long to wait first.
    pub retry_after_ms: ::std::option::Option<u64>,
    ///The same request may succeed later.
    pub retryable: bool,
    ///The target concerned.
    pub target: ::std::option::Option<::std::string::String>,
}
///How long answers took.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Latency {
    ///To the first output.
    pub first_event: ::std::option::Option<Percentiles>,
    ///To the end.
    pub total: ::std::option::Option<Percentiles>,
}
///The request's metadata, as given.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(transparent)]
pub struct Metadata(
    pub ::std::collections::BTreeMap<::std::string::String, ::std::string::String>,
);
impl ::std::ops::Deref for Metadata {
    type Target = ::std::collections::BTreeMap<
        ::std::string::String,
        ::std::string::String,
    >;
    fn deref(
        &self,
    ) -> &::std::collections::BTreeMap<::std::string::String, ::std::string::String> {
        &self.0
    }
}
impl ::std::convert::From<Metadata>
for ::std::collections::BTreeMap<::std::string::String, ::std::string::String> {
    fn from(value: Metadata) -> Self {
        value.0
    }
}
impl ::std::convert::From<
    ::std::collections::BTreeMap<::std::string::String, ::std::string::String>,
> for Metadata {
    fn from(
        value: ::std::collections::BTreeMap<::std::string::String, ::std::string::String>,
    ) -> Self {
        Self(value)
    }
}
///One model of a target.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ModelStatus {
    pub breaker: BreakerStatus,
    pub capabilities: Capabilities,
    ///Tokens it takes.
    pub context_window: ::std::option::Option<u64>,
    ///Ended requests whose cost is unknown.
    pub cost_unknown: u64,
    ///Why, for the last of them.
    pub cost_unknown_reason: ::std::option::Option<::std::string::String>,
    ///Running totals by currency.
    pub costs: ::std::vec::Vec<CostTotal>,
    ///The built-in family row in force.
    pub family: ::std::option::Option<::std::string::String>,
    ///The last failed attempt.
    pub last_fault: ::std::option::Option<FaultStatus>,
    pub latency: Latency,
    ///Tokens it may answer with.
    pub max_output_tokens: ::std::option::Option<u64>,
    ///Its name.
    pub model: ::std::string::String,
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
    pub delta: ::std::string::String,
    ///The number of the part in the order in which parts begin; equal numbers belong together.
    pub part: u64,
    ///The request's id, unique among the requests in flight on this connection.
    pub request_id: ::std::string::String,
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
    pub declared: ::std::option::Option<bool>,
    ///How it shows.
    pub evidence: ::std::option::Option<::std::string::String>,
    ///The capability.
    pub name: ProbedCapabilityName,
    ///What a live request showed.
    pub observed: ::std::option::Option<bool>,
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
impl ::std::str::FromStr for ProbedCapabilityName {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "streaming" => Ok(Self::Streaming),
            "tools" => Ok(Self::Tools),
            "parallel_tools" => Ok(Self::ParallelTools),
            "forced_tool_choice" => Ok(Self::ForcedToolChoice),
            "json_mode" => Ok(Self::JsonMode),
            "json_schema" => Ok(Self::JsonSchema),
            "vision" => Ok(Self::Vision),
            "documents" => Ok(Self::Documents),
            "audio" => Ok(Self::Audio),
            "reasoning" => Ok(Self::Reasoning),
            "sampling" => Ok(Self::Sampling),
            "top_k" => Ok(Self::TopK),
            "seed" => Ok(Self::Seed),
            "stop" => Ok(Self::Stop),
            "penalties" => Ok(Self::Penalties),
            "prompt_cache" => Ok(Self::PromptCache),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for ProbedCapabilityName {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<&::std::string::String> for ProbedCapabilityName {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for ProbedCapabilityName {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///The answer to `probe`, also where the target is broken.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ProbedEvent {
    ///It took the credential.
    pub authenticated: ::std::option::Option<bool>,
    ///Configured, declared and observed, side by side.
    pub capabilities: ::std::vec::Vec<ProbedCapability>,
    ///Tokens the model takes, as the server says.
    pub context_window: ::std::option::Option<u64>,
    ///What they cost.
    pub cost: ::std::option::Option<Cost>,
    ///How deep it looked.
    pub depth: ProbedEventDepth,
    pub dialect: Dialect,
    ///What went wrong on the way.
    pub errors: ::std::vec::Vec<GatewayError>,
    ///Tokens it may answer with, as the server says.
    pub max_output_tokens: ::std::option::Option<u64>,
    ///The model.
    pub model: ::std::string::String,
    ///It has the model.
    pub model_present: ::std::option::Option<bool>,
    ///Other things seen.
    pub observations: ::std::vec::Vec<ProbedObservation>,
    ///The server answered.
    pub reachable: ::std::option::Option<bool>,
    ///The request's id, unique among the requests in flight on this connection.
    pub request_id: ::std::string::String,
    ///Calls made upstream.
    pub requests: u64,
    ///Which server it is.
    pub server: ::std::option::Option<ProbedServer>,
    ///A `quirks` and `capabilities` block (YAML) to paste into the configuration.
    pub suggestion: ::std::option::Option<::std::string::String>,
    ///The target.
    pub target: ::std::string::String,
    ///How long it took.
    pub total_ms: u64,
    ///Tokens the live requests took.
    pub usage: ::std::option::Option<Usage>,
    ///What looks wrong.
    pub warnings: ::std::vec::Vec<Warning>,
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
impl ::std::str::FromStr for ProbedEventDepth {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "metadata" => Ok(Self::Metadata),
            "live" => Ok(Self::Live),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for ProbedEventDepth {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<&::std::string::String> for ProbedEventDepth {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for ProbedEventDepth {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///Something else that was seen.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ProbedObservation {
    ///How it shows.
    pub evidence: ::std::option::Option<::std::string::String>,
    ///What, such as reasoning_field or usage_in_stream.
    pub name: ::std::string::String,
    ///What it is.
    pub value: ::std::option::Option<::std::string::String>,
}
///Which server it is.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ProbedServer {
    ///Its name, such as ollama or llama.cpp.
    pub name: ::std::string::String,
    ///Its version.
    pub version: ::std::option::Option<::std::string::String>,
}
///What the provider said, verbatim.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ProviderError {
    ///The raw body, at most 8 KiB, secrets redacted; null inside `retrying` and `attempts`.
    pub body: ::std::option::Option<::std::string::String>,
    ///Its code.
    pub code: ::std::option::Option<::std::string::String>,
    ///The real status; 200 for an error inside a stream.
    pub http_status: ::std::option::Option<u64>,
    ///Its message.
    pub message: ::std::option::Option<::std::string::String>,
    ///Its request id.
    pub request_id: ::std::option::Option<::std::string::String>,
    ///Its type.
    #[serde(rename = "type")]
    pub type_: ::std::option::Option<::std::string::String>,
}
///What the provider said beside the answer.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ProviderMetadata {
    ///Its own finish reason, verbatim.
    pub finish_reason: ::std::option::Option<::std::string::String>,
    ///The model that served it.
    pub model: ::std::option::Option<::std::string::String>,
    ///The answer's leftover fields, verbatim, at most 1 MiB.
    pub raw: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///Its id for the answer.
    pub response_id: ::std::option::Option<::std::string::String>,
    ///The tier that served it.
    pub service_tier: ::std::option::Option<::std::string::String>,
}
///A call that has ended.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ReadyCall {
    ///The arguments.
    pub arguments_json: ::std::string::String,
    ///The call's id, unique within the answer it came in.
    pub id: ::std::string::String,
    ///The tool's name.
    pub name: ::std::string::String,
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
impl ::std::str::FromStr for ReadyCallStatus {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "ready" => Ok(Self::Ready),
            "malformed" => Ok(Self::Malformed),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for ReadyCallStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<&::std::string::String> for ReadyCallStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for ReadyCallStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///A piece of readable reasoning. Emitted as it comes, before the terminal event.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ReasoningDeltaEvent {
    ///The next piece.
    pub delta: ::std::string::String,
    ///The number of the part in the order in which parts begin; equal numbers belong together.
    pub part: u64,
    ///The request's id, unique among the requests in flight on this connection.
    pub request_id: ::std::string::String,
}
///A piece of a refusal. Emitted as it comes, before the terminal event.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct RefusalDeltaEvent {
    ///The next piece.
    pub delta: ::std::string::String,
    ///The number of the part in the order in which parts begin; equal numbers belong together.
    pub part: u64,
    ///The request's id, unique among the requests in flight on this connection.
    pub request_id: ::std::string::String,
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
    pub model: ::std::string::String,
    ///The request's id, unique among the requests in flight on this connection.
    pub request_id: ::std::string::String,
    ///Where it goes.
    pub target: ::std::string::String,
}
///A route.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct RouteStatus {
    ///target or target/model, in order.
    pub members: ::std::vec::Vec<::std::string::String>,
    ///Its name.
    pub name: ::std::string::String,
}
///Once, first: after validation, routing and capability checks, before queue, breaker and credential.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct StartedEvent {
    pub dialect: Dialect,
    ///The model.
    pub model: ::std::string::String,
    ///The request's id, unique among the requests in flight on this connection.
    pub request_id: ::std::string::String,
    ///The target (with a route: its first candidate).
    pub target: ::std::string::String,
    ///What the request and the routing alone tell.
    pub warnings: ::std::vec::Vec<Warning>,
}
///The provider's continuation state for this part. Opaque: store it and send it back untouched.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct State {
    ///The dialect that made it.
    pub dialect: StateDialect,
    ///The model that made it.
    pub model: ::std::string::String,
    ///The target that made it.
    pub target: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///The dialect that made it.
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
pub enum StateDialect {
    #[serde(rename = "openai_responses")]
    OpenaiResponses,
    #[serde(rename = "anthropic_messages")]
    AnthropicMessages,
    #[serde(rename = "gemini")]
    Gemini,
    #[serde(rename = "openai_chat")]
    OpenaiChat,
}
impl ::std::fmt::Display for StateDialect {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::OpenaiResponses => f.write_str("openai_responses"),
            Self::AnthropicMessages => f.write_str("anthropic_messages"),
            Self::Gemini => f.write_str("gemini"),
            Self::OpenaiChat => f.write_str("openai_chat"),
        }
    }
}
impl ::std::str::FromStr for StateDialect {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "openai_responses" => Ok(Self::OpenaiResponses),
            "anthropic_messages" => Ok(Self::AnthropicMessages),
            "gemini" => Ok(Self::Gemini),
            "openai_chat" => Ok(Self::OpenaiChat),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for StateDialect {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<&::std::string::String> for StateDialect {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for StateDialect {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
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
    pub default_target: ::std::option::Option<::std::string::String>,
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
    pub request_id: ::std::string::String,
    ///Every configured route.
    pub routes: ::std::vec::Vec<RouteStatus>,
    ///Every configured target.
    pub targets: ::std::vec::Vec<TargetStatus>,
    ///Since start.
    pub uptime_ms: u64,
    ///The gateway's version.
    pub version: ::std::string::String,
}
///One target.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct TargetStatus {
    ///It takes other model names too.
    pub any_model: bool,
    pub credential: CredentialStatus,
    ///Its default model.
    pub default_model: ::std::option::Option<::std::string::String>,
    pub dialect: Dialect,
    ///Its base URL.
    pub endpoint: ::std::string::String,
    ///Attempts running.
    pub in_flight: u64,
    ///Configured models and those seen.
    pub models: ::std::vec::Vec<ModelStatus>,
    ///Its name.
    pub name: ::std::string::String,
    ///Requests waiting.
    pub queued: u64,
}
///Milliseconds since the line was read.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Timing {
    ///When the first output came; null: none.
    pub first_event_ms: ::std::option::Option<u64>,
    ///When a permit was had; null: never.
    pub queued_ms: ::std::option::Option<u64>,
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
    pub arguments_delta: ::std::string::String,
    ///The call's id, unique within the answer it came in.
    pub call_id: ::std::string::String,
    ///The tool's name.
    pub name: ::std::string::String,
    ///The number of the part in the order in which parts begin; equal numbers belong together.
    pub part: u64,
    ///The request's id, unique among the requests in flight on this connection.
    pub request_id: ::std::string::String,
}
///A call has ended: held back until a later item begins or the finish is known.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ToolCallReadyEvent {
    pub call: ReadyCall,
    ///The request's id, unique among the requests in flight on this connection.
    pub request_id: ::std::string::String,
}
///Token counts; a field the provider has no notion of, or did not report, is null.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Usage {
    ///Input written to a cache.
    pub cache_write_input_tokens: ::std::option::Option<u64>,
    ///Input read from a cache.
    pub cached_input_tokens: ::std::option::Option<u64>,
    ///All input, cached included.
    pub input_tokens: ::std::option::Option<u64>,
    ///All output, reasoning included.
    pub output_tokens: ::std::option::Option<u64>,
    ///The provider's own object, last seen.
    pub raw: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///Output spent on reasoning.
    pub reasoning_tokens: ::std::option::Option<u64>,
    ///Input and output.
    pub total_tokens: ::std::option::Option<u64>,
}
///Something was left out, changed or looks wrong.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Warning {
    ///Stable name.
    pub code: ::std::string::String,
    ///What happened, for people.
    pub message: ::std::string::String,
    ///JSON pointer into the request.
    pub pointer: ::std::option::Option<::std::string::String>,
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
