// Generated from beluna-gateway.schema.json by `npm run generate`; change the schema, not this file.

/**
 * Where the key comes from: an environment variable, a file, a command, the value itself, or none.
 */
export type CredentialConfig =
  EnvCredential | FileCredential | CommandCredential | ValueCredential | NoCredential
export type NoCredential = 'none'
/**
 * A known OpenAI-compatible server.
 */
export type QuirkPreset =
  | 'openai'
  | 'ollama'
  | 'llama_cpp'
  | 'vllm'
  | 'lm_studio'
  | 'openrouter'
  | 'groq'
  | 'deepseek'
  | 'mistral'
  | 'xai'
  | 'generic'

/**
 * The configuration of beluna-gateway: which targets there are, and how patient the daemon is with them. Relative paths are relative to this file.
 */
export interface GatewayConfig {
  /**
   * For editors; not read.
   */
  $schema?: string
  /**
   * Where the daemon listens; at most 103 bytes when made absolute. An inherited systemd socket wins. Left out: $XDG_RUNTIME_DIR/beluna-gateway/gateway.sock, for root /run/beluna-gateway/gateway.sock, else ~/.local/state/beluna-gateway/gateway.sock.
   */
  socket_path?: string
  /**
   * File mode of the socket, octal, as a string.
   */
  socket_mode?: string
  /**
   * Clients may stop the daemon with an `exit` message.
   */
  allow_exit?: boolean
  /**
   * How long running requests may go on after SIGTERM or `exit`.
   */
  drain_timeout_ms?: number
  /**
   * The target or route of requests that name none.
   */
  default_target?: string
  /**
   * The endpoints, by name.
   */
  targets: {
    [k: string]: TargetConfig
  }
  /**
   * Explicit failover, by name: members in order, each `target` or `target/model`; tried only before any output.
   */
  routes?: {
    /**
     * @minItems 1
     * @maxItems 64
     */
    [k: string]: string[]
  }
  reliability?: ReliabilityConfig
  limits?: LimitsConfig
  logging?: LoggingConfig
  telemetry?: TelemetryConfig
  /**
   * Redacted raw exchanges for `replay`; null: none are kept.
   */
  recording?: RecordingConfig | null
}
/**
 * One endpoint with its credential and models.
 */
export interface TargetConfig {
  /**
   * The wire language it speaks.
   */
  dialect: 'openai_responses' | 'anthropic_messages' | 'gemini' | 'openai_chat'
  /**
   * Base URL: all before /responses, /chat/completions, /messages, /models/…, version included. Left out: the vendor's own; openai_chat has none and must name one.
   */
  endpoint?: string
  /**
   * Allow http to other hosts than loopback: credential and content travel in the clear.
   */
  allow_insecure_http?: boolean
  credential: CredentialConfig
  /**
   * The model of requests that name none.
   */
  default_model?: string
  /**
   * Its models, by name. Left out or empty: the default model alone.
   */
  models?: {
    [k: string]: ModelConfig
  }
  /**
   * Other model names are accepted too (local servers).
   */
  any_model?: boolean
  capabilities?: CapabilitiesConfig
  /**
   * Prices of all its models; a model's own entry wins; null: unknown.
   */
  pricing?: PricingConfig | null
  /**
   * Extra headers of every call; no credentials.
   */
  headers?: {
    [k: string]: string
  }
  /**
   * openai_chat only: how the server differs, as a preset or one by one. Left out: generic, and openai on OpenAI's own host.
   */
  quirks?: QuirkPreset | QuirksConfig
  /**
   * Attempts at a time.
   */
  max_concurrency?: number
  /**
   * Requests that may wait for a place.
   */
  max_queue?: number
  /**
   * Pace of new attempts; null: no limit of our own.
   */
  requests_per_second?: number | null
  reliability?: TargetReliabilityConfig
}
export interface EnvCredential {
  /**
   * Name of the environment variable.
   */
  env: string
}
export interface FileCredential {
  /**
   * Path, relative to $CREDENTIALS_DIRECTORY if set, else to this file.
   */
  file: string
}
export interface CommandCredential {
  /**
   * Program and arguments, run without a shell; its output is the key, kept until a 401.
   *
   * @minItems 1
   * @maxItems 64
   */
  command: string[]
}
export interface ValueCredential {
  /**
   * The key itself; only if nobody else can read this file.
   */
  value: string
}
/**
 * What is known of one model; each field overrides the built-in family row.
 */
export interface ModelConfig {
  /**
   * Take this built-in row; left out: the longest matching prefix of the name.
   */
  family?: string
  capabilities?: CapabilitiesConfig
  /**
   * Tokens it takes.
   */
  context_window?: number
  /**
   * The most it may answer with.
   */
  max_output_tokens?: number
  reasoning?: ReasoningConfig
  /**
   * A last assistant message is continued.
   */
  prefill?: boolean
  /**
   * System messages may stand after the first turn.
   */
  system_in_conversation?: boolean
  /**
   * Its prices; left out: the target's; null: unknown.
   */
  pricing?: PricingConfig | null
}
/**
 * Overrides of what can be asked for: true switches on what the family row denies, never what the wire or a quirk lacks.
 */
export interface CapabilitiesConfig {
  /**
   * Answers can be streamed; without it the target is called unary and `stream: true` is refused.
   */
  streaming?: boolean
  /**
   * Tools can be offered.
   */
  tools?: boolean
  /**
   * Several calls in one answer. Not every wire that has them can be kept to one.
   */
  parallel_tools?: boolean
  /**
   * A tool call can be demanded (`required` or a name).
   */
  forced_tool_choice?: boolean
  /**
   * `output: {mode: json}`.
   */
  json_mode?: boolean
  /**
   * `output: {mode: json_schema}`.
   */
  json_schema?: boolean
  /**
   * Images.
   */
  vision?: boolean
  /**
   * Documents.
   */
  documents?: boolean
  /**
   * Audio.
   */
  audio?: boolean
  /**
   * Reasoning can be asked for.
   */
  reasoning?: boolean
  /**
   * temperature and top_p.
   */
  sampling?: boolean
  /**
   * top_k.
   */
  top_k?: boolean
  /**
   * seed.
   */
  seed?: boolean
  /**
   * Stop sequences.
   */
  stop?: boolean
  /**
   * Presence and frequency penalties.
   */
  penalties?: boolean
  /**
   * Cache breakpoints.
   */
  prompt_cache?: boolean
}
/**
 * How reasoning can be asked for.
 */
export interface ReasoningConfig {
  /**
   * The levels it takes; empty: none.
   */
  efforts?: ('none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max')[]
  /**
   * A token budget is accepted.
   */
  budget?: boolean
}
/**
 * Prices as decimal strings. A class without its own price is charged as input.
 */
export interface PricingConfig {
  /**
   * ISO 4217 code.
   */
  currency: string
  /**
   * How many tokens the prices are for; left out: 1000000.
   */
  per_tokens?: 1 | 1000 | 1000000
  /**
   * Input tokens.
   */
  input: string
  /**
   * Input read from the cache.
   */
  cached_input?: string | null
  /**
   * Input written to the cache.
   */
  cache_write?: string | null
  /**
   * Input written to the cache for an hour.
   */
  cache_write_1h?: string | null
  /**
   * Output tokens, reasoning included.
   */
  output: string
  /**
   * Fee of a request.
   */
  request?: string | null
  /**
   * Prices of larger requests, by rising threshold; the last that applies replaces what it names, for the whole request.
   *
   * @maxItems 16
   */
  tiers?: PricingTierConfig[]
}
/**
 * Prices above a number of input tokens.
 */
export interface PricingTierConfig {
  /**
   * Applies to requests with more input than this.
   */
  above_input_tokens: number
  /**
   * Input tokens.
   */
  input?: string
  /**
   * Input read from the cache.
   */
  cached_input?: string | null
  /**
   * Input written to the cache.
   */
  cache_write?: string | null
  /**
   * Input written to the cache for an hour.
   */
  cache_write_1h?: string | null
  /**
   * Output tokens.
   */
  output?: string
}
/**
 * How an OpenAI-compatible server differs from a preset, field by field; from generic where none is named.
 */
export interface QuirksConfig {
  preset?: QuirkPreset
  /**
   * The field that limits the answer.
   */
  max_tokens_field?: 'max_tokens' | 'max_completion_tokens'
  /**
   * The role of system messages.
   */
  system_role?: 'system' | 'developer'
  /**
   * Ask for usage at the end of a stream (`stream_options`).
   */
  stream_usage?: boolean
  /**
   * The field in which reasoning goes back; null: it does not.
   */
  reasoning_field?: 'reasoning' | 'reasoning_content' | null
  /**
   * Where the effort goes; null: the server has no switch.
   */
  reasoning_effort?: 'reasoning_effort' | 'reasoning_object' | 'thinking_object' | null
  /**
   * modes: auto, none, required and a named function; strings: no named form; any: like strings, but required is called any; none: the server ignores the field.
   */
  tool_choice?: 'modes' | 'strings' | 'any' | 'none'
  /**
   * `response_format: json_object` is enforced.
   */
  json_mode?: boolean
  /**
   * `response_format: json_schema` is enforced.
   */
  json_schema?: boolean
  /**
   * `strict` is understood.
   */
  strict?: boolean
  /**
   * `parallel_tool_calls` is understood.
   */
  parallel_tool_calls?: boolean
  /**
   * The field of the seed; null: none.
   */
  seed_field?: 'seed' | 'random_seed' | null
  /**
   * `top_k` is understood.
   */
  top_k?: boolean
  /**
   * `stop` is understood.
   */
  stop?: boolean
  /**
   * `presence_penalty` and `frequency_penalty` are understood.
   */
  penalties?: boolean
  /**
   * The form of an image part.
   */
  image_url?: 'object' | 'string'
  /**
   * The server fetches images by URL; false: base64 only.
   */
  remote_images?: boolean
  /**
   * `file` parts are understood.
   */
  documents?: boolean
  /**
   * `input_audio` parts are understood.
   */
  audio?: boolean
  /**
   * Tool results may hold images.
   */
  images_in_tool_results?: boolean
  /**
   * Tool messages carry the tool's name.
   */
  tool_message_name?: boolean
  /**
   * The form that call ids must have; null: any.
   */
  tool_call_id?: 'nine_alphanumerics' | null
}
/**
 * What this target does differently.
 */
export interface TargetReliabilityConfig {
  /**
   * Further attempts after the first, per target, only before any output.
   */
  max_retries?: number
  /**
   * First pause between attempts; doubled each time, with jitter.
   */
  backoff_base_ms?: number
  /**
   * Longest pause of our own choice.
   */
  backoff_max_ms?: number
  /**
   * Longest pause a provider may ask for; a longer one ends the request.
   */
  max_retry_after_ms?: number
  /**
   * Retries may be at most this share of a target's requests.
   */
  retry_budget_percent?: number
  /**
   * Socket and TLS, per attempt.
   */
  connect_timeout_ms?: number
  /**
   * From the request sent to the first output, per attempt.
   */
  first_event_timeout_ms?: number
  /**
   * Longest silence after the first output, per attempt.
   */
  idle_timeout_ms?: number
  /**
   * From the line read to the terminal event, over all attempts.
   */
  total_timeout_ms?: number
  breaker?: TargetBreakerConfig
}
/**
 * What this target's breakers do differently.
 */
export interface TargetBreakerConfig {
  /**
   * Share of failures in the window that opens the breaker.
   */
  failure_percent?: number
  /**
   * Fewer requests than this in the window never open it.
   */
  minimum_requests?: number
  /**
   * Length of the rolling window.
   */
  window_ms?: number
  /**
   * How long it stays open before one request may try again.
   */
  open_ms?: number
}
/**
 * Patience, retries and breakers, for all targets.
 */
export interface ReliabilityConfig {
  /**
   * Further attempts after the first, per target, only before any output.
   */
  max_retries?: number
  /**
   * First pause between attempts; doubled each time, with jitter.
   */
  backoff_base_ms?: number
  /**
   * Longest pause of our own choice.
   */
  backoff_max_ms?: number
  /**
   * Longest pause a provider may ask for; a longer one ends the request.
   */
  max_retry_after_ms?: number
  /**
   * Retries may be at most this share of a target's requests.
   */
  retry_budget_percent?: number
  /**
   * Socket and TLS, per attempt.
   */
  connect_timeout_ms?: number
  /**
   * From the request sent to the first output, per attempt.
   */
  first_event_timeout_ms?: number
  /**
   * Longest silence after the first output, per attempt.
   */
  idle_timeout_ms?: number
  /**
   * From the line read to the terminal event, over all attempts.
   */
  total_timeout_ms?: number
  breaker?: BreakerConfig
}
/**
 * The circuit breaker, one per target and model.
 */
export interface BreakerConfig {
  /**
   * Share of failures in the window that opens the breaker.
   */
  failure_percent?: number
  /**
   * Fewer requests than this in the window never open it.
   */
  minimum_requests?: number
  /**
   * Length of the rolling window.
   */
  window_ms?: number
  /**
   * How long it stays open before one request may try again.
   */
  open_ms?: number
}
/**
 * The daemon's own caps.
 */
export interface LimitsConfig {
  /**
   * Longest line of a client.
   */
  max_line_bytes?: number
  /**
   * Connections at a time.
   */
  max_connections?: number
  /**
   * Requests at a time, over all connections.
   */
  max_in_flight?: number
  /**
   * Requests at a time on one connection.
   */
  max_in_flight_per_connection?: number
  /**
   * High-water mark of what waits for a client; one event may exceed it alone.
   */
  max_outbox_bytes?: number
  /**
   * Longest answer; less than max_line_bytes, so that it can be sent back.
   */
  max_message_bytes?: number
  /**
   * A client that drains nothing for so long is disconnected.
   */
  stalled_client_timeout_ms?: number
  /**
   * Longest single event of a provider.
   */
  max_sse_event_bytes?: number
}
/**
 * What the log says.
 */
export interface LoggingConfig {
  /**
   * The least that is logged.
   */
  level?: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'
  /**
   * Log what is said, too; credentials never.
   */
  content?: boolean
}
/**
 * Metrics and traces.
 */
export interface TelemetryConfig {
  /**
   * Where Prometheus metrics are served; null: nowhere.
   */
  metrics?: MetricsPort | MetricsSocket | null
  /**
   * Where OpenTelemetry data goes; null: nowhere.
   */
  otlp?: OtlpConfig | null
}
/**
 * Metrics on a loopback port.
 */
export interface MetricsPort {
  /**
   * TCP port on 127.0.0.1.
   */
  port: number
}
/**
 * Metrics on a Unix socket.
 */
export interface MetricsSocket {
  /**
   * Path of the socket.
   */
  socket_path: string
}
/**
 * An OTLP/HTTP collector.
 */
export interface OtlpConfig {
  /**
   * Base URL, as http://127.0.0.1:4318.
   */
  endpoint: string
}
/**
 * Redacted raw exchanges.
 */
export interface RecordingConfig {
  /**
   * Where they are written; made if missing.
   */
  directory: string
}
