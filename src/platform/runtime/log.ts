/**
 * Structured log on standard error through pino: one JSON object a line, or aligned text on a terminal. Event names are
 * fixed; data goes into fields, never into the message. Field values whose key looks like a secret are censored.
 */
import { type Logger, pino } from 'pino'

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]
export type LogFields = Readonly<Record<string, unknown>>

export interface Log {
  debug(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
  /** A log whose lines carry the name of a part: `log.child('registry')`. */
  child(part: string): Log
}

const secretPaths = [
  'token',
  'password',
  'secret',
  'authorization',
  '*.token',
  '*.password',
  '*.secret',
  '*.authorization',
]

export function createLog(level: LogLevel, write = toStandardError()): Log {
  const options = {
    level,
    base: null,
    redact: secretPaths,
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: pino.stdTimeFunctions.isoTime,
    messageKey: 'event',
    errorKey: 'error',
  }
  return wrap(pino(options, { write }))
}

/** Whoever read the log may be gone (`slipway serve 2>&1 | head -1`), or its disk full: that costs lines, not the server. */
function toStandardError(): (line: string) => void {
  const { stderr } = process
  if (!stderr.listeners('error').includes(ignore)) stderr.on('error', ignore)
  return (line) => void stderr.write(line)
}

function ignore(): void {}

function wrap(logger: Logger): Log {
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (event: string, fields: LogFields = {}) =>
      logger[level](fields, event)
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (part) => wrap(logger.child({ part })),
  }
}
