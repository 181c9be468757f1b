// Generated from schemas/gateway-event.schema.json by `npm run generate`; change the schema, not this file.

/**
 * One line from the gateway to a client.
 */
export type GatewayEvent =
  | StartedEvent
  | RetryingEvent
  | ReasoningDeltaEvent
  | OutputTextDeltaEvent
  | RefusalDeltaEvent
  | ToolCallDeltaEvent
  | ToolCallReadyEvent
  | CompletedEvent
  | FailedEvent
  | CancelledEvent
  | StatusEvent
  | ProbedEvent
/**
 * The wire language of a target.
 */
export type Dialect = 'openai_responses' | 'anthropic_messages' | 'gemini' | 'openai_chat'
/**
 * The kinds of failure.
 */
export type ErrorKind =
  | 'invalid_request'
  | 'unsupported_capability'
  | 'context_length'
  | 'authentication'
  | 'permission'
  | 'not_found'
  | 'rate_limited'
  | 'quota_exceeded'
  | 'overloaded'
  | 'timeout'
  | 'transport'
  | 'provider_error'
  | 'protocol_violation'
  | 'content_filtered'
  | 'circuit_open'
  | 'shutting_down'
  | 'internal'
/**
 * A part of an answer.
 */
export type AssistantPart =
  AssistantText | AssistantReasoning | AssistantRefusal | AssistantToolCall | AssistantOpaque

/**
 * Once, first: after validation, routing and capability checks, before queue, breaker and credential.
 */
export interface StartedEvent {
  type: 'started'
  /**
   * The request's id, unique among the requests in flight on this connection.
   */
  request_id: string
  /**
   * The target (with a route: its first candidate).
   */
  target: string
  /**
   * The model.
   */
  model: string
  dialect: Dialect
  /**
   * What the request and the routing alone tell.
   */
  warnings: Warning[]
}
/**
 * Something was left out, changed or looks wrong.
 */
export interface Warning {
  /**
   * Stable name.
   */
  code: string
  /**
   * What happened, for people.
   */
  message: string
  /**
   * JSON pointer into the request.
   */
  pointer: string | null
}
/**
 * Before any output only: another attempt is about to start.
 */
export interface RetryingEvent {
  type: 'retrying'
  /**
   * The request's id, unique among the requests in flight on this connection.
   */
  request_id: string
  /**
   * 1-based number of the attempt about to start, over all targets.
   */
  attempt: number
  /**
   * Where it goes.
   */
  target: string
  /**
   * The model there.
   */
  model: string
  /**
   * How long until then.
   */
  delay_ms: number
  error: GatewayError
}
/**
 * A classified failure.
 */
export interface GatewayError {
  kind: ErrorKind
  /**
   * Stable snake_case name within the kind.
   */
  code: string | null
  /**
   * What happened, where, and what to do.
   */
  message: string
  /**
   * The same request may succeed later.
   */
  retryable: boolean
  /**
   * How long to wait first.
   */
  retry_after_ms: number | null
  /**
   * JSON pointer into the request.
   */
  pointer: string | null
  /**
   * The target concerned.
   */
  target: string | null
  /**
   * The model concerned.
   */
  model: string | null
  /**
   * The provider's own words.
   */
  provider: ProviderError | null
}
/**
 * What the provider said, verbatim.
 */
export interface ProviderError {
  /**
   * The real status; 200 for an error inside a stream.
   */
  http_status: number | null
  /**
   * Its code.
   */
  code: string | null
  /**
   * Its type.
   */
  type: string | null
  /**
   * Its message.
   */
  message: string | null
  /**
   * Its request id.
   */
  request_id: string | null
  /**
   * The raw body, at most 8 KiB, secrets redacted; null inside `retrying` and `attempts`.
   */
  body: string | null
}
/**
 * A piece of readable reasoning. Emitted as it comes, before the terminal event.
 */
export interface ReasoningDeltaEvent {
  type: 'reasoning_delta'
  /**
   * The request's id, unique among the requests in flight on this connection.
   */
  request_id: string
  /**
   * The number of the part in the order in which parts begin; equal numbers belong together.
   */
  part: number
  /**
   * The next piece.
   */
  delta: string
}
/**
 * A piece of the answer's text. Emitted as it comes, before the terminal event.
 */
export interface OutputTextDeltaEvent {
  type: 'output_text_delta'
  /**
   * The request's id, unique among the requests in flight on this connection.
   */
  request_id: string
  /**
   * The number of the part in the order in which parts begin; equal numbers belong together.
   */
  part: number
  /**
   * The next piece.
   */
  delta: string
}
/**
 * A piece of a refusal. Emitted as it comes, before the terminal event.
 */
export interface RefusalDeltaEvent {
  type: 'refusal_delta'
  /**
   * The request's id, unique among the requests in flight on this connection.
   */
  request_id: string
  /**
   * The number of the part in the order in which parts begin; equal numbers belong together.
   */
  part: number
  /**
   * The next piece.
   */
  delta: string
}
/**
 * A piece of a call's arguments; the name is known from the first on.
 */
export interface ToolCallDeltaEvent {
  type: 'tool_call_delta'
  /**
   * The request's id, unique among the requests in flight on this connection.
   */
  request_id: string
  /**
   * The number of the part in the order in which parts begin; equal numbers belong together.
   */
  part: number
  /**
   * The call's id, unique within the answer it came in.
   */
  call_id: string
  /**
   * The tool's name.
   */
  name: string
  /**
   * The next piece of the arguments.
   */
  arguments_delta: string
}
/**
 * A call has ended: held back until a later item begins or the finish is known.
 */
export interface ToolCallReadyEvent {
  type: 'tool_call_ready'
  /**
   * The request's id, unique among the requests in flight on this connection.
   */
  request_id: string
  call: ReadyCall
}
/**
 * A call that has ended.
 */
export interface ReadyCall {
  /**
   * The call's id, unique within the answer it came in.
   */
  id: string
  /**
   * The tool's name.
   */
  name: string
  /**
   * The arguments.
   */
  arguments_json: string
  /**
   * ready: a JSON object. malformed: not one; raw text kept.
   */
  status: 'ready' | 'malformed'
}
/**
 * Terminal: the provider ended its answer.
 */
export interface CompletedEvent {
  type: 'completed'
  /**
   * The request's id, unique among the requests in flight on this connection.
   */
  request_id: string
  /**
   * Why it ended.
   */
  finish_reason: 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'refusal' | 'pause' | 'other'
  /**
   * The target that answered or was tried last; null where nothing ran.
   */
  target: string | null
  /**
   * Its model as asked for.
   */
  model: string | null
  message: AssistantMessage
  /**
   * Token counts of the final attempt; null where nothing was reported.
   */
  usage: Usage | null
  /**
   * An estimate from the configured prices; null where it cannot be had.
   */
  cost: Cost | null
  /**
   * Milliseconds since the line was read; null where nothing ran.
   */
  timing: Timing | null
  /**
   * Every HTTP try and every route member passed over, in order.
   */
  attempts: Attempt[]
  /**
   * What was left out, changed or looks wrong.
   */
  warnings: Warning[]
  /**
   * What the provider said beside the answer.
   */
  provider_metadata: ProviderMetadata | null
  metadata: Metadata
}
/**
 * An answer, whole or as far as it came.
 */
export interface AssistantMessage {
  role: 'assistant'
  /**
   * All parts in the provider's order.
   */
  content: AssistantPart[]
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
  status: 'ready' | 'malformed' | 'partial'
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
 * Token counts; a field the provider has no notion of, or did not report, is null.
 */
export interface Usage {
  /**
   * All input, cached included.
   */
  input_tokens: number | null
  /**
   * Input read from a cache.
   */
  cached_input_tokens: number | null
  /**
   * Input written to a cache.
   */
  cache_write_input_tokens: number | null
  /**
   * All output, reasoning included.
   */
  output_tokens: number | null
  /**
   * Output spent on reasoning.
   */
  reasoning_tokens: number | null
  /**
   * Input and output.
   */
  total_tokens: number | null
  /**
   * The provider's own object, last seen.
   */
  raw: {
    [k: string]: unknown
  }
}
/**
 * Money, as decimal strings.
 */
export interface Cost {
  /**
   * ISO 4217 code.
   */
  currency: string
  /**
   * The sum, the fee per request included.
   */
  total: string
  /**
   * Uncached input.
   */
  input: string
  /**
   * Input read from a cache.
   */
  cached_input: string
  /**
   * Input written to a cache.
   */
  cache_write: string
  /**
   * Output.
   */
  output: string
}
/**
 * Milliseconds since the line was read.
 */
export interface Timing {
  /**
   * When a permit was had; null: never.
   */
  queued_ms: number | null
  /**
   * When the first output came; null: none.
   */
  first_event_ms: number | null
  /**
   * When it ended.
   */
  total_ms: number
}
/**
 * One HTTP try, or a route member passed over.
 */
export interface Attempt {
  /**
   * Where.
   */
  target: string
  /**
   * The model there.
   */
  model: string
  /**
   * The status answered; null: none.
   */
  http_status: number | null
  /**
   * Why it failed; null: it answered, or the client cancelled it.
   */
  error: GatewayError | null
  /**
   * Since the line was read.
   */
  started_ms: number
  /**
   * Since the line was read.
   */
  ended_ms: number
}
/**
 * What the provider said beside the answer.
 */
export interface ProviderMetadata {
  /**
   * Its id for the answer.
   */
  response_id: string | null
  /**
   * The model that served it.
   */
  model: string | null
  /**
   * Its own finish reason, verbatim.
   */
  finish_reason: string | null
  /**
   * The tier that served it.
   */
  service_tier: string | null
  /**
   * The answer's leftover fields, verbatim, at most 1 MiB.
   */
  raw: {
    [k: string]: unknown
  }
}
/**
 * The request's metadata, as given.
 */
export interface Metadata {
  [k: string]: string
}
/**
 * Terminal: the request failed; also the answer to a refused line.
 */
export interface FailedEvent {
  type: 'failed'
  /**
   * The request's id; null where the line had none that could be used.
   */
  request_id: string | null
  error: GatewayError
  /**
   * The target that answered or was tried last; null where nothing ran.
   */
  target: string | null
  /**
   * Its model as asked for.
   */
  model: string | null
  /**
   * The answer so far, ready to be appended to the next request's messages.
   */
  message: AssistantMessage | null
  /**
   * Token counts of the final attempt; null where nothing was reported.
   */
  usage: Usage | null
  /**
   * An estimate from the configured prices; null where it cannot be had.
   */
  cost: Cost | null
  /**
   * Milliseconds since the line was read; null where nothing ran.
   */
  timing: Timing | null
  /**
   * Every HTTP try and every route member passed over, in order.
   */
  attempts: Attempt[]
  /**
   * What was left out, changed or looks wrong.
   */
  warnings: Warning[]
  /**
   * What the provider said beside the answer.
   */
  provider_metadata: ProviderMetadata | null
  metadata: Metadata
}
/**
 * Terminal: the client ended it.
 */
export interface CancelledEvent {
  type: 'cancelled'
  /**
   * The request's id, unique among the requests in flight on this connection.
   */
  request_id: string
  /**
   * Who ended it.
   */
  reason: 'client_cancel'
  /**
   * The target that answered or was tried last; null where nothing ran.
   */
  target: string | null
  /**
   * Its model as asked for.
   */
  model: string | null
  /**
   * The answer so far, ready to be appended to the next request's messages.
   */
  message: AssistantMessage | null
  /**
   * Token counts of the final attempt; null where nothing was reported.
   */
  usage: Usage | null
  /**
   * An estimate from the configured prices; null where it cannot be had.
   */
  cost: Cost | null
  /**
   * Milliseconds since the line was read; null where nothing ran.
   */
  timing: Timing | null
  /**
   * Every HTTP try and every route member passed over, in order.
   */
  attempts: Attempt[]
  /**
   * What was left out, changed or looks wrong.
   */
  warnings: Warning[]
  /**
   * What the provider said beside the answer.
   */
  provider_metadata: ProviderMetadata | null
  metadata: Metadata
}
/**
 * The answer to `status`.
 */
export interface StatusEvent {
  type: 'status'
  /**
   * The request's id, unique among the requests in flight on this connection.
   */
  request_id: string
  protocol_version: 1
  /**
   * The gateway's version.
   */
  version: string
  /**
   * Process id.
   */
  pid: number
  /**
   * Since start.
   */
  uptime_ms: number
  /**
   * It is stopping: no new requests.
   */
  draining: boolean
  config: ConfigStatus
  /**
   * Open client connections.
   */
  connections: number
  /**
   * Requests not yet ended.
   */
  in_flight: number
  /**
   * Of them, waiting for a permit.
   */
  queued: number
  /**
   * The default target or route.
   */
  default_target: string | null
  /**
   * Every configured target.
   */
  targets: TargetStatus[]
  /**
   * Every configured route.
   */
  routes: RouteStatus[]
  counters: Counters
}
/**
 * The configuration in force.
 */
export interface ConfigStatus {
  /**
   * The file.
   */
  source: string
  /**
   * RFC 3339 time.
   */
  loaded_at: string
  /**
   * Why the last reload changed nothing; null: it did not fail.
   */
  last_error: string | null
}
/**
 * One target.
 */
export interface TargetStatus {
  /**
   * Its name.
   */
  name: string
  dialect: Dialect
  /**
   * Its base URL.
   */
  endpoint: string
  /**
   * Its default model.
   */
  default_model: string | null
  /**
   * It takes other model names too.
   */
  any_model: boolean
  credential: CredentialStatus
  /**
   * Attempts running.
   */
  in_flight: number
  /**
   * Requests waiting.
   */
  queued: number
  /**
   * Configured models and those seen.
   */
  models: ModelStatus[]
}
/**
 * Where its credential comes from; never the credential.
 */
export interface CredentialStatus {
  /**
   * The kind of source.
   */
  source: 'env' | 'file' | 'command' | 'value' | 'none'
  /**
   * It could be read; null: not tried yet.
   */
  available: boolean | null
}
/**
 * One model of a target.
 */
export interface ModelStatus {
  /**
   * Its name.
   */
  model: string
  /**
   * The built-in family row in force.
   */
  family: string | null
  capabilities: Capabilities
  /**
   * Tokens it takes.
   */
  context_window: number | null
  /**
   * Tokens it may answer with.
   */
  max_output_tokens: number | null
  /**
   * A price is configured.
   */
  priced: boolean
  breaker: BreakerStatus
  /**
   * The last failed attempt.
   */
  last_fault: FaultStatus | null
  requests: Outcomes
  latency: Latency
  tokens: Tokens
  /**
   * Running totals by currency.
   */
  costs: CostTotal[]
  /**
   * Ended requests whose cost is unknown.
   */
  cost_unknown: number
  /**
   * Why, for the last of them.
   */
  cost_unknown_reason: string | null
}
/**
 * What the model can be asked for.
 */
export interface Capabilities {
  streaming: boolean
  tools: boolean
  parallel_tools: boolean
  forced_tool_choice: boolean
  json_mode: boolean
  json_schema: boolean
  vision: boolean
  documents: boolean
  audio: boolean
  reasoning: boolean
  sampling: boolean
  top_k: boolean
  seed: boolean
  stop: boolean
  penalties: boolean
  prompt_cache: boolean
}
/**
 * The circuit breaker of a model.
 */
export interface BreakerStatus {
  /**
   * closed: calls pass.
   */
  state: 'closed' | 'open' | 'half_open'
  /**
   * Open: how long until a probe is let through.
   */
  retry_after_ms: number | null
  /**
   * How often it has opened.
   */
  opened: number
}
/**
 * A failure and when.
 */
export interface FaultStatus {
  kind: ErrorKind
  /**
   * Its code.
   */
  code: string | null
  /**
   * What happened.
   */
  message: string
  /**
   * RFC 3339 time.
   */
  at: string
}
/**
 * Ended requests by outcome.
 */
export interface Outcomes {
  /**
   * Completed.
   */
  completed: number
  /**
   * Failed.
   */
  failed: number
  /**
   * Cancelled.
   */
  cancelled: number
}
/**
 * How long answers took.
 */
export interface Latency {
  /**
   * To the first output.
   */
  first_event: Percentiles | null
  /**
   * To the end.
   */
  total: Percentiles | null
}
/**
 * Of the last requests, in milliseconds.
 */
export interface Percentiles {
  /**
   * How many.
   */
  count: number
  /**
   * Median.
   */
  p50: number
  /**
   * 90th percentile.
   */
  p90: number
  /**
   * 99th percentile.
   */
  p99: number
}
/**
 * Running totals, as far as reported.
 */
export interface Tokens {
  /**
   * All input.
   */
  input_tokens: number
  /**
   * From caches.
   */
  cached_input_tokens: number
  /**
   * To caches.
   */
  cache_write_input_tokens: number
  /**
   * All output.
   */
  output_tokens: number
  /**
   * Reasoning.
   */
  reasoning_tokens: number
}
/**
 * A running total.
 */
export interface CostTotal {
  /**
   * ISO 4217 code.
   */
  currency: string
  /**
   * Decimal string.
   */
  total: string
}
/**
 * A route.
 */
export interface RouteStatus {
  /**
   * Its name.
   */
  name: string
  /**
   * target or target/model, in order.
   */
  members: string[]
}
/**
 * Since start.
 */
export interface Counters {
  /**
   * Connections accepted.
   */
  connections: number
  /**
   * Lines read.
   */
  lines: number
  /**
   * Lines refused.
   */
  refused_lines: number
  /**
   * Requests accepted.
   */
  requests: number
  /**
   * Completed.
   */
  completed: number
  /**
   * Failed.
   */
  failed: number
  /**
   * Cancelled.
   */
  cancelled: number
  /**
   * Retries.
   */
  retries: number
  /**
   * Clients cut for not reading.
   */
  stalled_clients: number
  /**
   * Log lines lost.
   */
  dropped_log_lines: number
}
/**
 * The answer to `probe`, also where the target is broken.
 */
export interface ProbedEvent {
  type: 'probed'
  /**
   * The request's id, unique among the requests in flight on this connection.
   */
  request_id: string
  /**
   * The target.
   */
  target: string
  /**
   * The model.
   */
  model: string
  dialect: Dialect
  /**
   * How deep it looked.
   */
  depth: 'metadata' | 'live'
  /**
   * The server answered.
   */
  reachable: boolean | null
  /**
   * It took the credential.
   */
  authenticated: boolean | null
  /**
   * It has the model.
   */
  model_present: boolean | null
  /**
   * Which server it is.
   */
  server: ProbedServer | null
  /**
   * Tokens the model takes, as the server says.
   */
  context_window: number | null
  /**
   * Tokens it may answer with, as the server says.
   */
  max_output_tokens: number | null
  /**
   * Configured, declared and observed, side by side.
   */
  capabilities: ProbedCapability[]
  /**
   * Other things seen.
   */
  observations: ProbedObservation[]
  /**
   * A `quirks` and `capabilities` block (YAML) to paste into the configuration.
   */
  suggestion: string | null
  /**
   * Calls made upstream.
   */
  requests: number
  /**
   * Tokens the live requests took.
   */
  usage: Usage | null
  /**
   * What they cost.
   */
  cost: Cost | null
  /**
   * What went wrong on the way.
   */
  errors: GatewayError[]
  /**
   * What looks wrong.
   */
  warnings: Warning[]
  /**
   * How long it took.
   */
  total_ms: number
}
/**
 * Which server it is.
 */
export interface ProbedServer {
  /**
   * Its name, such as ollama or llama.cpp.
   */
  name: string
  /**
   * Its version.
   */
  version: string | null
}
/**
 * One capability from three sides.
 */
export interface ProbedCapability {
  /**
   * The capability.
   */
  name:
    | 'streaming'
    | 'tools'
    | 'parallel_tools'
    | 'forced_tool_choice'
    | 'json_mode'
    | 'json_schema'
    | 'vision'
    | 'documents'
    | 'audio'
    | 'reasoning'
    | 'sampling'
    | 'top_k'
    | 'seed'
    | 'stop'
    | 'penalties'
    | 'prompt_cache'
  /**
   * What the gateway goes by.
   */
  configured: boolean
  /**
   * What the server says.
   */
  declared: boolean | null
  /**
   * What a live request showed.
   */
  observed: boolean | null
  /**
   * How it shows.
   */
  evidence: string | null
}
/**
 * Something else that was seen.
 */
export interface ProbedObservation {
  /**
   * What, such as reasoning_field or usage_in_stream.
   */
  name: string
  /**
   * What it is.
   */
  value: string | null
  /**
   * How it shows.
   */
  evidence: string | null
}
