// Generated from schemas/client-message.schema.json by `npm run generate`; change the schema, not this file.

/**
 * One line from a client to the gateway.
 */
export type ClientMessage =
  InferRequest | CancelRequest | StatusRequest | ProbeRequest | ExitRequest
/**
 * One turn of the conversation, told apart by `role`.
 */
export type Message = SystemMessage | UserMessage | AssistantMessage | ToolMessage
/**
 * A part of a system message.
 */
export type SystemPart = SystemText
/**
 * The wire language of a target.
 */
export type Dialect = 'openai_responses' | 'anthropic_messages' | 'gemini' | 'openai_chat'
/**
 * A part of a user message.
 */
export type UserPart = UserText | UserImage | UserDocument | UserAudio | UserOpaque
/**
 * How closely to look; only where the wire has it.
 */
export type Detail = 'low' | 'high' | 'auto'
/**
 * A part of an assistant message.
 */
export type AssistantPart =
  AssistantText | AssistantReasoning | AssistantRefusal | AssistantToolCall | AssistantOpaque
/**
 * A part of a tool message.
 */
export type ToolPart = ToolText | ToolImage | ToolDocument | ToolJson | ToolOpaque
/**
 * Whether and which tool must be called. Default auto; only with tools.
 */
export type ToolChoice = ToolChoiceMode | ToolChoiceNamed
export type ToolChoiceMode = 'auto' | 'none' | 'required'
/**
 * The form of the answer's text.
 */
export type Output = OutputText | OutputJson | OutputJsonSchema

/**
 * Ask a target's model for an answer. Answered by `started`, deltas and exactly one terminal event.
 */
export interface InferRequest {
  type: 'infer'
  /**
   * The request's id, unique among the requests in flight on this connection.
   */
  request_id?: string
  /**
   * The protocol version spoken; only 1 exists.
   */
  protocol_version?: 1
  /**
   * A target or a route of the configuration; default: `default_target`.
   */
  target?: string
  /**
   * One of the target's models; default: its `default_model`; refused with a route.
   */
  model?: string
  /**
   * false: only `started`, `retrying` and the terminal event. Default true.
   */
  stream?: boolean
  /**
   * The conversation, oldest first.
   *
   * @minItems 1
   */
  messages: Message[]
  /**
   * The tools the model may call; names are unique.
   */
  tools?: Tool[]
  tool_choice?: ToolChoice
  /**
   * false: at most one call in the answer.
   */
  parallel_tool_calls?: boolean
  output?: Output
  sampling?: Sampling
  reasoning?: Reasoning
  limits?: Limits
  provider_options?: ProviderOptions
  metadata?: Metadata
}
/**
 * Instructions. Leading ones are one; later ones only where the model has a place for them.
 */
export interface SystemMessage {
  role: 'system'
  /**
   * Text, or text parts.
   */
  content: string | SystemPart[]
}
/**
 * Text.
 */
export interface SystemText {
  type: 'text'
  /**
   * The text.
   */
  text: string
  state?: State
  cache?: Cache
}
/**
 * The provider's continuation state for this part. Opaque: store it and send it back untouched.
 */
export interface State {
  dialect: Dialect
  /**
   * The target that made it.
   */
  target: string
  /**
   * The model that made it.
   */
  model: string
  [k: string]: unknown
}
/**
 * A prompt-cache breakpoint after this part or tool. A hint: never an error, a warning where it cannot be honoured.
 */
export interface Cache {
  /**
   * How long the provider should keep the prefix.
   */
  ttl: '5m' | '1h'
}
/**
 * What the user says and shows.
 */
export interface UserMessage {
  role: 'user'
  /**
   * Text, or parts.
   */
  content: string | UserPart[]
}
/**
 * Text.
 */
export interface UserText {
  type: 'text'
  /**
   * The text.
   */
  text: string
  state?: State
  cache?: Cache
}
/**
 * An image.
 */
export interface UserImage {
  type: 'image'
  source: Source
  /**
   * A file name for the provider.
   */
  filename?: string
  detail?: Detail
  cache?: Cache
}
/**
 * Where the bytes are: exactly one of `data` and `url`.
 */
export interface Source {
  /**
   * IANA media type; required with `data`.
   */
  media_type?: string
  /**
   * Base64 of the bytes.
   */
  data?: string
  /**
   * URL the provider fetches.
   */
  url?: string
}
/**
 * A document, such as a PDF.
 */
export interface UserDocument {
  type: 'document'
  source: Source
  /**
   * A file name for the provider.
   */
  filename?: string
  detail?: Detail
  cache?: Cache
}
/**
 * A sound.
 */
export interface UserAudio {
  type: 'audio'
  source: Source
  /**
   * A file name for the provider.
   */
  filename?: string
  detail?: Detail
  cache?: Cache
}
/**
 * A provider item without a canonical form, put back in its place for its own dialect.
 */
export interface UserOpaque {
  type: 'opaque'
  state: State
}
/**
 * An earlier answer; a terminal event's `message` goes here as it is.
 */
export interface AssistantMessage {
  role: 'assistant'
  /**
   * Text, or parts.
   */
  content: string | AssistantPart[]
}
/**
 * Text.
 */
export interface AssistantText {
  type: 'text'
  /**
   * The text.
   */
  text: string
  state?: State
  cache?: Cache
}
/**
 * The model's reasoning: readable text, provider state, or both.
 */
export interface AssistantReasoning {
  type: 'reasoning'
  /**
   * Readable reasoning.
   */
  text?: string
  state?: State
}
/**
 * The model's refusal in words.
 */
export interface AssistantRefusal {
  type: 'refusal'
  /**
   * The refusal.
   */
  text: string
}
/**
 * A call the model wants made.
 */
export interface AssistantToolCall {
  type: 'tool_call'
  /**
   * The call's id, unique within the answer it came in.
   */
  id: string
  /**
   * The tool's name.
   */
  name: string
  /**
   * The arguments: JSON text, raw as the provider sent it where it is not an object.
   */
  arguments_json: string
  /**
   * ready: an object, may be executed. malformed: ended, but no JSON object. partial: cut off, never execute. executed, rejected: the caller's own.
   */
  status?: 'ready' | 'partial' | 'malformed' | 'executed' | 'rejected'
  state?: State
}
/**
 * A provider item without a canonical form, put back in its place for its own dialect.
 */
export interface AssistantOpaque {
  type: 'opaque'
  state: State
}
/**
 * The result of one tool call of the nearest assistant message before it.
 */
export interface ToolMessage {
  role: 'tool'
  /**
   * The call's id, unique within the answer it came in.
   */
  tool_call_id: string
  /**
   * The tool that was called.
   */
  tool_name: string
  /**
   * The tool failed; the content says how.
   */
  is_error?: boolean
  /**
   * Text, or parts.
   */
  content: string | ToolPart[]
}
/**
 * Text.
 */
export interface ToolText {
  type: 'text'
  /**
   * The text.
   */
  text: string
  state?: State
  cache?: Cache
}
/**
 * An image.
 */
export interface ToolImage {
  type: 'image'
  source: Source
  /**
   * A file name for the provider.
   */
  filename?: string
  detail?: Detail
  cache?: Cache
}
/**
 * A document, such as a PDF.
 */
export interface ToolDocument {
  type: 'document'
  source: Source
  /**
   * A file name for the provider.
   */
  filename?: string
  detail?: Detail
  cache?: Cache
}
/**
 * A JSON value as a tool result.
 */
export interface ToolJson {
  type: 'json'
  /**
   * Any JSON value.
   */
  value: {
    [k: string]: unknown
  }
}
/**
 * A provider item without a canonical form, put back in its place for its own dialect.
 */
export interface ToolOpaque {
  type: 'opaque'
  state: State
}
/**
 * A tool the model may call.
 */
export interface Tool {
  /**
   * Its name.
   */
  name: string
  /**
   * What it does, for the model.
   */
  description?: string
  /**
   * JSON Schema of its arguments; an object at the root.
   */
  input_schema: {
    [k: string]: unknown
  }
  /**
   * Arguments must match the schema. Default false; always sent where the wire has it.
   */
  strict?: boolean
  cache?: Cache
}
/**
 * This tool must be called.
 */
export interface ToolChoiceNamed {
  /**
   * The tool's name.
   */
  name: string
}
/**
 * Plain text.
 */
export interface OutputText {
  mode: 'text'
}
/**
 * Any JSON.
 */
export interface OutputJson {
  mode: 'json'
}
/**
 * JSON of a schema.
 */
export interface OutputJsonSchema {
  mode: 'json_schema'
  /**
   * A name for the schema.
   */
  name: string
  /**
   * The JSON Schema.
   */
  schema: {
    [k: string]: unknown
  }
  /**
   * The answer must match. Left out: true where the schema meets the provider's strict rules or the wire knows only strict.
   */
  strict?: boolean
}
/**
 * How the next token is drawn; a field the model lacks is refused.
 */
export interface Sampling {
  /**
   * Randomness; the provider bounds it.
   */
  temperature?: number
  /**
   * Nucleus sampling.
   */
  top_p?: number
  /**
   * Only the k likeliest tokens.
   */
  top_k?: number
  /**
   * Sequences that end the answer.
   *
   * @minItems 1
   */
  stop?: string[]
  /**
   * For repeatable draws.
   */
  seed?: number
  /**
   * Penalty for tokens already present.
   */
  presence_penalty?: number
  /**
   * Penalty by how often a token came.
   */
  frequency_penalty?: number
}
/**
 * How much the model thinks before it answers. `effort` and `budget_tokens` exclude each other.
 */
export interface Reasoning {
  /**
   * A level the model's family knows.
   */
  effort?: 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max'
  /**
   * Tokens it may think for.
   */
  budget_tokens?: number
  /**
   * Ask for readable reasoning; what comes is told either way.
   */
  include_text?: boolean
}
/**
 * Bounds for this request; they may only tighten what holds for the target.
 */
export interface Limits {
  /**
   * Most tokens in the answer, reasoning included.
   */
  max_output_tokens?: number
  /**
   * From the line read to the terminal event.
   */
  total_timeout_ms?: number
  /**
   * From the request sent to the first output, per attempt.
   */
  first_event_timeout_ms?: number
  /**
   * Between received bytes after the first output, per attempt.
   */
  idle_timeout_ms?: number
  /**
   * Retries before any output.
   */
  max_retries?: number
}
/**
 * Fields merged into the body for one dialect; other dialects' entries are ignored.
 */
export interface ProviderOptions {
  /**
   * For openai_responses targets.
   */
  openai_responses?: {
    [k: string]: unknown
  }
  /**
   * For anthropic_messages targets.
   */
  anthropic_messages?: {
    [k: string]: unknown
  }
  /**
   * For gemini targets.
   */
  gemini?: {
    [k: string]: unknown
  }
  /**
   * For openai_chat targets.
   */
  openai_chat?: {
    [k: string]: unknown
  }
}
/**
 * For logs and telemetry, echoed in the terminal event, never sent upstream.
 */
export interface Metadata {
  [k: string]: string
}
/**
 * End a request or probe early. Its terminal event is the only answer; an unknown id is ignored.
 */
export interface CancelRequest {
  type: 'cancel'
  /**
   * The request's id, unique among the requests in flight on this connection.
   */
  request_id: string
  /**
   * The protocol version spoken; only 1 exists.
   */
  protocol_version?: 1
}
/**
 * Ask what the daemon is doing. Answered by one `status`.
 */
export interface StatusRequest {
  type: 'status'
  /**
   * The request's id, unique among the requests in flight on this connection.
   */
  request_id?: string
  /**
   * The protocol version spoken; only 1 exists.
   */
  protocol_version?: 1
}
/**
 * Ask a target what it can do. Answered by one `probed`.
 */
export interface ProbeRequest {
  type: 'probe'
  /**
   * The request's id, unique among the requests in flight on this connection.
   */
  request_id?: string
  /**
   * The protocol version spoken; only 1 exists.
   */
  protocol_version?: 1
  /**
   * A target of the configuration (no route).
   */
  target: string
  /**
   * One of its models; default: its `default_model`.
   */
  model?: string
  /**
   * metadata (default): ask the server. live: also send a few tiny requests, which may cost money.
   */
  depth?: 'metadata' | 'live'
}
/**
 * Drain and stop the daemon, as SIGTERM does.
 */
export interface ExitRequest {
  type: 'exit'
  /**
   * The request's id, unique among the requests in flight on this connection.
   */
  request_id?: string
  /**
   * The protocol version spoken; only 1 exists.
   */
  protocol_version?: 1
}
