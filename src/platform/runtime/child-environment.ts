import { dirname } from 'node:path'

// What a program needs to run at all. Everything else of this process's environment stays here: credentials above all.
const passedOn = [
  'HOME',
  'LANG',
  'LC_ALL',
  'TZ',
  'TMPDIR',
  'USER',
  'VIRTUAL_ENV',
  'LD_LIBRARY_PATH',
  'CUDA_VISIBLE_DEVICES',
]

/** Variables for a child process: few, and with the folder of this very Node first on the PATH, so that `node` is the same. */
export function baseChildEnvironment(): Record<string, string> {
  const variables: Record<string, string> = {}
  for (const name of passedOn) {
    const value = process.env[name]
    if (value !== undefined) variables[name] = value
  }
  variables.PATH = [dirname(process.execPath), process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin'].join(':')
  return variables
}

// Where packages come from and how to reach it: the machine's owner has set it for every program that installs.
const packageVariables =
  /^(PIP_\w+|UV_\w+|https?_proxy|HTTPS?_PROXY|no_proxy|NO_PROXY|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE)$/

/** Variables for a program that installs packages: those of every child, and the machine's settings for package tools. */
export function packageToolEnvironment(): Record<string, string> {
  const own = Object.entries(process.env).filter(([name]) => packageVariables.test(name))
  return { ...baseChildEnvironment(), ...(Object.fromEntries(own) as Record<string, string>) }
}

/**
 * For processes of this program itself: compiled code is kept where this one keeps it, so that they start in half the time,
 * and ONNX Runtime neither reports its use to its maker nor leaves files of that in the temporary and the home folder.
 */
export function ownEnvironment(): Record<string, string> {
  const folder = process.env.NODE_COMPILE_CACHE
  return { ORT_DISABLE_TELEMETRY: '1', ...(folder === undefined ? {} : { NODE_COMPILE_CACHE: folder }) }
}

// For models and collectors on other servers: what is sent to them, and whom their certificates must come from.
const remoteVariables = /^(SLIPWAY_SECRET_[A-Z0-9_]+|OTEL_EXPORTER_OTLP_(TRACES_)?HEADERS|NODE_EXTRA_CA_CERTS)$/

/** Variables for a process that calls other servers; programs of users get none of them. */
export function remoteEnvironment(): Record<string, string> {
  const own = Object.entries(process.env).filter(([name]) => remoteVariables.test(name))
  return Object.fromEntries(own) as Record<string, string>
}

/** The value of a secret by the name of its variable, which must begin with `SLIPWAY_SECRET_`. */
export function remoteSecret(name: string): string | undefined {
  return name.startsWith('SLIPWAY_SECRET_') ? process.env[name] : undefined
}

/** Headers for a collector of traces, from the variables that OpenTelemetry has for them: `name=value,name=value`, encoded. */
export function traceHeaders(): Record<string, string> {
  const { OTEL_EXPORTER_OTLP_TRACES_HEADERS: own, OTEL_EXPORTER_OTLP_HEADERS: shared } = process.env
  const pairs = (own ?? shared ?? '').split(',').map((pair) => /^\s*([\w-]+)\s*=\s*(.*?)\s*$/.exec(pair))
  return Object.fromEntries(pairs.flatMap((pair) => (pair === null ? [] : [[pair[1], decodeLeniently(pair[2] ?? '')]])))
}

function decodeLeniently(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
