// `beluna-gateway help [command]`: what there is and how it is called.
import { readArguments } from './arguments.ts'
import { EXIT, UsageError, type Io } from './io.ts'

const OVERVIEW = `beluna-gateway: one local socket for every language model

  beluna-gateway serve      run the daemon
  beluna-gateway ask        ask a running daemon, once or in a conversation
  beluna-gateway status     show what a running daemon is doing
  beluna-gateway probe      ask the servers behind the targets what they offer
  beluna-gateway check      validate a configuration and print what would run
  beluna-gateway replay     tell recorded exchanges once more, and compare
  beluna-gateway demo       see it work, without keys or a configuration
  beluna-gateway simulate   a local server with the providers' wire formats
  beluna-gateway service    run the daemon as a service of system or user
  beluna-gateway completion complete command lines in bash, zsh and fish
  beluna-gateway schema     print the schemas of the wire and configuration
  beluna-gateway version    print the version of the gateway and of Node
  beluna-gateway help COMMAND

Exit status: 0 done · 1 failed · 2 wrong usage · 69 no daemon listens ·
75 another daemon holds the socket · 78 bad configuration · 130 cancelled

From a checkout write npx before it: npx beluna-gateway demo
`

const CLIENT = `  --socket PATH   the daemon's socket (default: $BELUNA_GATEWAY_SOCKET, else the
                  configuration's, else the default place, else the system's)
  --config FILE   the configuration to take the socket from`

const PAGES: Readonly<Record<string, string>> = {
  serve: `beluna-gateway serve [--config FILE] [--socket PATH] [--record DIR]

Runs the daemon until SIGINT, SIGTERM or an \`exit\` message; then it finishes
what is running and stops. SIGHUP reads the configuration again. Prints nothing
on stdout; logs go to stderr.

  --config FILE   JSON or YAML (default: $BELUNA_GATEWAY_CONFIG, else
                  config.yaml, config.yml or config.json in the directory
                  $XDG_CONFIG_HOME/beluna-gateway, else the working directory)
  --socket PATH   listen here instead
  --record DIR    write every exchange with a provider to DIR (prompts and
                  answers included) for \`replay\`

  beluna-gateway serve --config config.example.json
`,
  ask: `beluna-gateway ask [TEXT] [options]

Sends a question and prints the answer as it streams; without TEXT, or with "-",
it is read from stdin. Reasoning is dimmed on a terminal and left out elsewhere.
The last line, on stderr, sums up tokens, cost and time.

  --chat          a conversation: each line of stdin is a turn, until Ctrl-D or
                  /exit; Ctrl-C stops an answer, and its turn is forgotten
  --target NAME   a target or route of the configuration
  --model NAME    one of the target's models
  --system TEXT   instructions
  --file FILE     show a PNG, JPEG, GIF, WebP or PDF file too (any number)
  --image FILE    the same
  --tools FILE    tools that the model may call: a JSON or YAML list as in the
                  protocol; with --chat you are asked for each call's result
  --json          print the raw events, one a line
${CLIENT}

  beluna-gateway ask "Say hi"
  beluna-gateway ask --chat --system "Be brief."
  beluna-gateway ask --file photo.jpg "What is this?"
  beluna-gateway ask --json "Say hi" | jq -r .type
  git diff | beluna-gateway ask --system "Write a commit message."
`,
  status: `beluna-gateway status [options]

Shows what a running daemon is doing: requests, targets, models and what they
can do, circuit breakers, tokens and cost.

  --watch         keep the page current until q or Ctrl-C (also while the daemon
                  restarts); with --json: an event a second
  --json          print the raw event
  --metrics       print the same as Prometheus text
${CLIENT}

  beluna-gateway status --watch
  beluna-gateway status --json | jq .in_flight
`,
  probe: `beluna-gateway probe [TARGET] [options]

Asks the server behind a target what it offers, and prints that beside what is
configured, with what to change. Without TARGET: all targets. Calls that read
what the server tells of itself cost nothing; requests that cost are sent with
--live only.

  --model NAME    one of the target's models
  --live          see what the model really does: up to 12 tiny requests a
                  target, billed as usual
  --json          print the raw events, one a line
${CLIENT}

  beluna-gateway probe
  beluna-gateway probe local --live
`,
  check: `beluna-gateway check [--config FILE] [--json]

Validates a configuration, lists every error with its line, and prints what
would run. Starts nothing and calls nobody.

  --config FILE   as for serve
  --json          print the same as one line of JSON

  beluna-gateway check --config config.example.json
`,
  replay: `beluna-gateway replay FILE... [--expect FILE]

Runs recorded exchanges (of \`serve --record\`) through today's decoder and prints
the events that a client would see, one a line. Calls nobody. What only a live
request has is left empty: target, times, attempts, cost.

  --expect FILE   print only where the events differ from those in FILE (as an
                  earlier replay printed them); exit status 1 if they do

  beluna-gateway replay recordings/*.json > events.ndjson
  beluna-gateway replay recordings/*.json --expect events.ndjson
`,
  demo: `beluna-gateway demo

Starts a simulated model server and a daemon in a temporary directory, talks to
the daemon over its socket, shows the lines both ways, and leaves nothing
behind. Needs no key, no configuration and no network.

  beluna-gateway demo
`,
  simulate: `beluna-gateway simulate [--port N] [--token TOKEN]

Runs a local HTTP server that speaks the wire formats of OpenAI Responses,
Anthropic Messages, Gemini and OpenAI-compatible servers, for trying things out
and for tests. The model's name chooses what happens; what it can choose is
printed.

  --port N        listen on that port of 127.0.0.1 (default: 8089; 0: any)
  --token TOKEN   answer only who brings this key (default: answer everybody)

  beluna-gateway simulate --port 8089
`,
  service: `beluna-gateway service install|uninstall|status|print [options]

Runs the daemon as a service: of systemd, which starts it when the first client
comes, or of launchd on macOS. Says each step and asks before it takes it;
uninstall undoes them. Changes to the units belong into
\`systemctl edit beluna-gateway\`.

  --user          a service of this user (default, except for root on Linux)
  --system        a service of the whole system (with as few rights as there
                  can be; keys come from the files in the directory credentials
                  beside the configuration)
  --config FILE   what to run it with (default: what it is installed with, else
                  the user's configuration, or /etc/beluna-gateway/config.yaml)
  --group NAME    who may use the system's socket (default: what it is installed
                  with, else beluna)
  --yes           do not ask
  --dry-run       only show the steps
  --root DIR      write the files under DIR; leave the service manager alone

  sudo beluna-gateway service install --system
  beluna-gateway service print --user
  beluna-gateway service status
  beluna-gateway service uninstall
`,
  completion: `beluna-gateway completion bash|zsh|fish

Prints what the shell needs to complete commands and options.

  source <(beluna-gateway completion bash)
  beluna-gateway completion fish | source
`,
  schema: `beluna-gateway schema [message|event|config]

Prints a JSON Schema: of the lines that clients send, of the lines that the
daemon sends, or of the configuration; without a name all three as one JSON
object.

  beluna-gateway schema config > beluna-gateway.schema.json
`,
  version: `beluna-gateway version

Prints the version of the gateway and of Node.

  beluna-gateway version
`,
}

export async function help(args: readonly string[], io: Io): Promise<number> {
  const [topic] = readArguments(args, {}, 1).positionals
  const page = pageOf(topic)
  if (page === undefined) throw new UsageError(`there is no command "${topic}"`)
  io.stdout.write(page)
  return EXIT.ok
}

function pageOf(topic = 'help'): string | undefined {
  if (topic === 'help') return OVERVIEW
  return Object.hasOwn(PAGES, topic) ? PAGES[topic] : undefined
}
