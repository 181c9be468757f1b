// Generated from schemas/client-message.schema.json by `npm run test:rust -- --write`; change the schema, not this file.
///An earlier answer; a terminal event's `message` goes here as it is.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct AssistantMessage {
    pub content: AssistantMessageContent,
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
    pub state: Option<State>,
    ///Readable reasoning.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub text: Option<String>,
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
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct AssistantRefusal {
    ///The refusal.
    pub text: String,
}
///Text.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct AssistantText {
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub cache: Option<Cache>,
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub state: Option<State>,
    ///The text.
    pub text: String,
}
///A call the model wants made.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
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
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub status: Option<AssistantToolCallStatus>,
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
    #[serde(rename = "partial")]
    Partial,
    #[serde(rename = "malformed")]
    Malformed,
    #[serde(rename = "executed")]
    Executed,
    #[serde(rename = "rejected")]
    Rejected,
}
impl ::std::fmt::Display for AssistantToolCallStatus {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Ready => f.write_str("ready"),
            Self::Partial => f.write_str("partial"),
            Self::Malformed => f.write_str("malformed"),
            Self::Executed => f.write_str("executed"),
            Self::Rejected => f.write_str("rejected"),
        }
    }
}
///A prompt-cache breakpoint after this part or tool. A hint: never an error, a warning where it cannot be honoured.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Cache {
    ///How long the provider should keep the prefix.
    pub ttl: CacheTtl,
}
///How long the provider should keep the prefix.
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
pub enum CacheTtl {
    #[serde(rename = "5m")]
    X5m,
    #[serde(rename = "1h")]
    X1h,
}
impl ::std::fmt::Display for CacheTtl {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::X5m => f.write_str("5m"),
            Self::X1h => f.write_str("1h"),
        }
    }
}
///End a request or probe early. Its terminal event is the only answer; an unknown id is ignored.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct CancelRequest {
    ///The protocol version spoken; only 1 exists.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub protocol_version: Option<i64>,
    ///The request's id, unique among the requests in flight on this connection.
    pub request_id: String,
}
///How closely to look; only where the wire has it.
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
pub enum Detail {
    #[serde(rename = "low")]
    Low,
    #[serde(rename = "high")]
    High,
    #[serde(rename = "auto")]
    Auto,
}
impl ::std::fmt::Display for Detail {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Low => f.write_str("low"),
            Self::High => f.write_str("high"),
            Self::Auto => f.write_str("auto"),
        }
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
///Drain and stop the daemon, as SIGTERM does.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ExitRequest {
    ///The protocol version spoken; only 1 exists.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub protocol_version: Option<i64>,
    ///The request's id, unique among the requests in flight on this connection.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub request_id: Option<String>,
}
impl ::std::default::Default for ExitRequest {
    fn default() -> Self {
        Self {
            protocol_version: Default::default(),
            request_id: Default::default(),
        }
    }
}
///Ask a target's model for an answer. Answered by `started`, deltas and exactly one terminal event.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct InferRequest {
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub limits: Option<Limits>,
    ///The conversation, oldest first.
    pub messages: Vec<Message>,
    ///For logs and telemetry, echoed in the terminal event, never sent upstream.
    #[serde(
        default,
        skip_serializing_if = ":: std :: collections :: BTreeMap::is_empty"
    )]
    pub metadata: ::std::collections::BTreeMap<String, String>,
    ///One of the target's models; default: its `default_model`; refused with a route.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub model: Option<String>,
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub output: Option<Output>,
    ///false: at most one call in the answer.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub parallel_tool_calls: Option<bool>,
    ///The protocol version spoken; only 1 exists.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub protocol_version: Option<i64>,
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub provider_options: Option<ProviderOptions>,
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub reasoning: Option<Reasoning>,
    ///The request's id, unique among the requests in flight on this connection.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub request_id: Option<String>,
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub sampling: Option<Sampling>,
    ///false: only `started`, `retrying` and the terminal event. Default true.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub stream: Option<bool>,
    ///A target or a route of the configuration; default: `default_target`.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub target: Option<String>,
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub tool_choice: Option<ToolChoice>,
    ///The tools the model may call; names are unique.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub tools: Vec<Tool>,
}
///Bounds for this request; they may only tighten what holds for the target.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    ///From the request sent to the first output, per attempt.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub first_event_timeout_ms: Option<u64>,
    ///Between received bytes after the first output, per attempt.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub idle_timeout_ms: Option<u64>,
    ///Most tokens in the answer, reasoning included.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub max_output_tokens: Option<u64>,
    ///Retries before any output.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub max_retries: Option<u64>,
    ///From the line read to the terminal event.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub total_timeout_ms: Option<u64>,
}
impl ::std::default::Default for Limits {
    fn default() -> Self {
        Self {
            first_event_timeout_ms: Default::default(),
            idle_timeout_ms: Default::default(),
            max_output_tokens: Default::default(),
            max_retries: Default::default(),
            total_timeout_ms: Default::default(),
        }
    }
}
///Any JSON.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct OutputJson {}
impl ::std::default::Default for OutputJson {
    fn default() -> Self {
        Self {}
    }
}
///JSON of a schema.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct OutputJsonSchema {
    ///A name for the schema.
    pub name: String,
    ///The JSON Schema.
    pub schema: ::serde_json::Map<String, ::serde_json::Value>,
    ///The answer must match. Left out: true where the schema meets the provider's strict rules or the wire knows only strict.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub strict: Option<bool>,
}
///Plain text.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct OutputText {}
impl ::std::default::Default for OutputText {
    fn default() -> Self {
        Self {}
    }
}
///Ask a target what it can do. Answered by one `probed`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ProbeRequest {
    ///metadata (default): ask the server. live: also send a few tiny requests, which may cost money.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub depth: Option<ProbeRequestDepth>,
    ///One of its models; default: its `default_model`.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub model: Option<String>,
    ///The protocol version spoken; only 1 exists.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub protocol_version: Option<i64>,
    ///The request's id, unique among the requests in flight on this connection.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub request_id: Option<String>,
    ///A target of the configuration (no route).
    pub target: String,
}
///metadata (default): ask the server. live: also send a few tiny requests, which may cost money.
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
pub enum ProbeRequestDepth {
    #[serde(rename = "metadata")]
    Metadata,
    #[serde(rename = "live")]
    Live,
}
impl ::std::fmt::Display for ProbeRequestDepth {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Metadata => f.write_str("metadata"),
            Self::Live => f.write_str("live"),
        }
    }
}
///Fields merged into the body for one dialect; other dialects' entries are ignored.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ProviderOptions {
    ///For anthropic_messages targets.
    #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
    pub anthropic_messages: ::serde_json::Map<String, ::serde_json::Value>,
    ///For gemini targets.
    #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
    pub gemini: ::serde_json::Map<String, ::serde_json::Value>,
    ///For openai_chat targets.
    #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
    pub openai_chat: ::serde_json::Map<String, ::serde_json::Value>,
    ///For openai_responses targets.
    #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
    pub openai_responses: ::serde_json::Map<String, ::serde_json::Value>,
}
impl ::std::default::Default for ProviderOptions {
    fn default() -> Self {
        Self {
            anthropic_messages: Default::default(),
            gemini: Default::default(),
            openai_chat: Default::default(),
            openai_responses: Default::default(),
        }
    }
}
///How much the model thinks before it answers. `effort` and `budget_tokens` exclude each other.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Reasoning {
    ///Tokens it may think for.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub budget_tokens: Option<u64>,
    ///A level the model's family knows.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: Option<ReasoningEffort>,
    ///Ask for readable reasoning; what comes is told either way.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub include_text: Option<bool>,
}
impl ::std::default::Default for Reasoning {
    fn default() -> Self {
        Self {
            budget_tokens: Default::default(),
            effort: Default::default(),
            include_text: Default::default(),
        }
    }
}
///A level the model's family knows.
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
pub enum ReasoningEffort {
    #[serde(rename = "none")]
    None,
    #[serde(rename = "minimal")]
    Minimal,
    #[serde(rename = "low")]
    Low,
    #[serde(rename = "medium")]
    Medium,
    #[serde(rename = "high")]
    High,
    #[serde(rename = "xhigh")]
    Xhigh,
    #[serde(rename = "max")]
    Max,
}
impl ::std::fmt::Display for ReasoningEffort {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::None => f.write_str("none"),
            Self::Minimal => f.write_str("minimal"),
            Self::Low => f.write_str("low"),
            Self::Medium => f.write_str("medium"),
            Self::High => f.write_str("high"),
            Self::Xhigh => f.write_str("xhigh"),
            Self::Max => f.write_str("max"),
        }
    }
}
///How the next token is drawn; a field the model lacks is refused.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Sampling {
    ///Penalty by how often a token came.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub frequency_penalty: Option<f64>,
    ///Penalty for tokens already present.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub presence_penalty: Option<f64>,
    ///For repeatable draws.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub seed: Option<i64>,
    ///Sequences that end the answer.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub stop: Vec<String>,
    ///Randomness; the provider bounds it.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub temperature: Option<f64>,
    ///Only the k likeliest tokens.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub top_k: Option<u64>,
    ///Nucleus sampling.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub top_p: Option<f64>,
}
impl ::std::default::Default for Sampling {
    fn default() -> Self {
        Self {
            frequency_penalty: Default::default(),
            presence_penalty: Default::default(),
            seed: Default::default(),
            stop: Default::default(),
            temperature: Default::default(),
            top_k: Default::default(),
            top_p: Default::default(),
        }
    }
}
///Where the bytes are: exactly one of `data` and `url`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Source {
    ///Base64 of the bytes.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub data: Option<String>,
    ///IANA media type; required with `data`.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub media_type: Option<String>,
    ///URL the provider fetches.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub url: Option<String>,
}
impl ::std::default::Default for Source {
    fn default() -> Self {
        Self {
            data: Default::default(),
            media_type: Default::default(),
            url: Default::default(),
        }
    }
}
///The provider's continuation state for this part. Opaque: store it and send it back untouched.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct State {
    pub dialect: Dialect,
    ///The model that made it.
    pub model: String,
    ///The target that made it.
    pub target: String,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<String, ::serde_json::Value>,
}
///Ask what the daemon is doing. Answered by one `status`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct StatusRequest {
    ///The protocol version spoken; only 1 exists.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub protocol_version: Option<i64>,
    ///The request's id, unique among the requests in flight on this connection.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub request_id: Option<String>,
}
impl ::std::default::Default for StatusRequest {
    fn default() -> Self {
        Self {
            protocol_version: Default::default(),
            request_id: Default::default(),
        }
    }
}
///Instructions. Leading ones are one; later ones only where the model has a place for them.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct SystemMessage {
    pub content: SystemMessageContent,
}
///Text.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct SystemText {
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub cache: Option<Cache>,
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub state: Option<State>,
    ///The text.
    pub text: String,
}
///A tool the model may call.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub cache: Option<Cache>,
    ///What it does, for the model.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub description: Option<String>,
    ///JSON Schema of its arguments; an object at the root.
    pub input_schema: ::serde_json::Map<String, ::serde_json::Value>,
    ///Its name.
    pub name: String,
    ///Arguments must match the schema. Default false; always sent where the wire has it.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub strict: Option<bool>,
}
///Whether and which tool must be called. Default auto; only with tools.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub enum ToolChoice {
    #[serde(rename = "auto")]
    Auto,
    #[serde(rename = "none")]
    None,
    #[serde(rename = "required")]
    Required,
    ///This tool must be called.
    #[serde(rename = "name")]
    Name(String),
}
///A document, such as a PDF.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ToolDocument {
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub cache: Option<Cache>,
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub detail: Option<Detail>,
    ///A file name for the provider.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub filename: Option<String>,
    pub source: Source,
}
///An image.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ToolImage {
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub cache: Option<Cache>,
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub detail: Option<Detail>,
    ///A file name for the provider.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub filename: Option<String>,
    pub source: Source,
}
///A JSON value as a tool result.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ToolJson {
    ///Any JSON value.
    pub value: ::serde_json::Value,
}
///The result of one tool call of the nearest assistant message before it.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ToolMessage {
    pub content: ToolMessageContent,
    ///The tool failed; the content says how.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub is_error: Option<bool>,
    ///The call's id, unique within the answer it came in.
    pub tool_call_id: String,
    ///The tool that was called.
    pub tool_name: String,
}
///A provider item without a canonical form, put back in its place for its own dialect.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ToolOpaque {
    pub state: State,
}
///Text.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ToolText {
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub cache: Option<Cache>,
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub state: Option<State>,
    ///The text.
    pub text: String,
}
///A sound.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct UserAudio {
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub cache: Option<Cache>,
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub detail: Option<Detail>,
    ///A file name for the provider.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub filename: Option<String>,
    pub source: Source,
}
///A document, such as a PDF.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct UserDocument {
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub cache: Option<Cache>,
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub detail: Option<Detail>,
    ///A file name for the provider.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub filename: Option<String>,
    pub source: Source,
}
///An image.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct UserImage {
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub cache: Option<Cache>,
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub detail: Option<Detail>,
    ///A file name for the provider.
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub filename: Option<String>,
    pub source: Source,
}
///What the user says and shows.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct UserMessage {
    pub content: UserMessageContent,
}
///A provider item without a canonical form, put back in its place for its own dialect.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct UserOpaque {
    pub state: State,
}
///Text.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct UserText {
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub cache: Option<Cache>,
    #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
    pub state: Option<State>,
    ///The text.
    pub text: String,
}
///Text, or parts.
#[derive(Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
#[serde(untagged)]
pub enum AssistantMessageContent {
    ///Short for one text part.
    Text(String),
    ///Parts, in order.
    Parts(Vec<AssistantPart>),
}
impl Default for AssistantMessageContent {
    fn default() -> Self {
        Self::Parts(Vec::new())
    }
}
impl From<&str> for AssistantMessageContent {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}
impl From<String> for AssistantMessageContent {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}
impl From<Vec<AssistantPart>> for AssistantMessageContent {
    fn from(value: Vec<AssistantPart>) -> Self {
        Self::Parts(value)
    }
}
///A part of an assistant message.
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
///One line from a client to the gateway.
#[derive(Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
#[serde(tag = "type", deny_unknown_fields)]
pub enum ClientMessage {
    ///Ask a target's model for an answer. Answered by `started`, deltas and exactly one terminal event.
    #[serde(rename = "infer")]
    Infer(InferRequest),
    ///End a request or probe early. Its terminal event is the only answer; an unknown id is ignored.
    #[serde(rename = "cancel")]
    Cancel(CancelRequest),
    ///Ask what the daemon is doing. Answered by one `status`.
    #[serde(rename = "status")]
    Status(StatusRequest),
    ///Ask a target what it can do. Answered by one `probed`.
    #[serde(rename = "probe")]
    Probe(ProbeRequest),
    ///Drain and stop the daemon, as SIGTERM does.
    #[serde(rename = "exit")]
    Exit(ExitRequest),
}
///One turn of the conversation, told apart by `role`.
#[derive(Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
#[serde(tag = "role", deny_unknown_fields)]
pub enum Message {
    ///Instructions. Leading ones are one; later ones only where the model has a place for them.
    #[serde(rename = "system")]
    System(SystemMessage),
    ///What the user says and shows.
    #[serde(rename = "user")]
    User(UserMessage),
    ///An earlier answer; a terminal event's `message` goes here as it is.
    #[serde(rename = "assistant")]
    Assistant(AssistantMessage),
    ///The result of one tool call of the nearest assistant message before it.
    #[serde(rename = "tool")]
    Tool(ToolMessage),
}
///The form of the answer's text.
#[derive(Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
#[serde(tag = "mode", deny_unknown_fields)]
pub enum Output {
    ///Plain text.
    #[serde(rename = "text")]
    Text(OutputText),
    ///Any JSON.
    #[serde(rename = "json")]
    Json(OutputJson),
    ///JSON of a schema.
    #[serde(rename = "json_schema")]
    JsonSchema(OutputJsonSchema),
}
///Text, or text parts.
#[derive(Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
#[serde(untagged)]
pub enum SystemMessageContent {
    ///Short for one text part.
    Text(String),
    ///Parts, in order.
    Parts(Vec<SystemPart>),
}
impl Default for SystemMessageContent {
    fn default() -> Self {
        Self::Parts(Vec::new())
    }
}
impl From<&str> for SystemMessageContent {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}
impl From<String> for SystemMessageContent {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}
impl From<Vec<SystemPart>> for SystemMessageContent {
    fn from(value: Vec<SystemPart>) -> Self {
        Self::Parts(value)
    }
}
///A part of a system message.
#[derive(Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
#[serde(tag = "type", deny_unknown_fields)]
pub enum SystemPart {
    ///Text.
    #[serde(rename = "text")]
    Text(SystemText),
}
///Text, or parts.
#[derive(Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
#[serde(untagged)]
pub enum ToolMessageContent {
    ///Short for one text part.
    Text(String),
    ///Parts, in order.
    Parts(Vec<ToolPart>),
}
impl Default for ToolMessageContent {
    fn default() -> Self {
        Self::Parts(Vec::new())
    }
}
impl From<&str> for ToolMessageContent {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}
impl From<String> for ToolMessageContent {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}
impl From<Vec<ToolPart>> for ToolMessageContent {
    fn from(value: Vec<ToolPart>) -> Self {
        Self::Parts(value)
    }
}
///A part of a tool message.
#[derive(Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
#[serde(tag = "type", deny_unknown_fields)]
pub enum ToolPart {
    ///Text.
    #[serde(rename = "text")]
    Text(ToolText),
    ///An image.
    #[serde(rename = "image")]
    Image(ToolImage),
    ///A document, such as a PDF.
    #[serde(rename = "document")]
    Document(ToolDocument),
    ///A JSON value as a tool result.
    #[serde(rename = "json")]
    Json(ToolJson),
    ///A provider item without a canonical form, put back in its place for its own dialect.
    #[serde(rename = "opaque")]
    Opaque(ToolOpaque),
}
///Text, or parts.
#[derive(Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
#[serde(untagged)]
pub enum UserMessageContent {
    ///Short for one text part.
    Text(String),
    ///Parts, in order.
    Parts(Vec<UserPart>),
}
impl Default for UserMessageContent {
    fn default() -> Self {
        Self::Parts(Vec::new())
    }
}
impl From<&str> for UserMessageContent {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}
impl From<String> for UserMessageContent {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}
impl From<Vec<UserPart>> for UserMessageContent {
    fn from(value: Vec<UserPart>) -> Self {
        Self::Parts(value)
    }
}
///A part of a user message.
#[derive(Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
#[serde(tag = "type", deny_unknown_fields)]
pub enum UserPart {
    ///Text.
    #[serde(rename = "text")]
    Text(UserText),
    ///An image.
    #[serde(rename = "image")]
    Image(UserImage),
    ///A document, such as a PDF.
    #[serde(rename = "document")]
    Document(UserDocument),
    ///A sound.
    #[serde(rename = "audio")]
    Audio(UserAudio),
    ///A provider item without a canonical form, put back in its place for its own dialect.
    #[serde(rename = "opaque")]
    Opaque(UserOpaque),
}
