import { type ErrorKind, errorKinds } from '../../kernel/errors.ts'
import type { Description } from '../describe/index.ts'
import { generatedNote, table } from './table.ts'

/** Every code with its kind's status and exit code. */
export function errorsPage({ errors }: Description): string {
  const kinds = Object.entries(errorKinds).map(([kind, { http, grpc, exit, retryable }]) => [
    `\`${kind}\``,
    String(http),
    String(grpc),
    String(exit),
    retryable ? 'yes' : 'no',
  ])
  const codes = Object.entries(errors).map(([code, { kind, message, hint }]) => [
    `<a id="${code}"></a>\`${code}\``,
    statusOf(kind),
    hint === undefined ? message : `${message}\n*${hint}*`,
  ])
  return `${generatedNote}# Errors

Every failure is a problem document (RFC 9457) with a stable \`code\`, \`detail\` for people, \`fields\` when an input was wrong,
a \`hint\` when there is a next step, and the \`requestId\` to quote. The SDK rebuilds it as a \`SlipwayError\`; the command line
prints it and exits with the code of its kind.

## Kinds

${table(['kind', 'HTTP', 'gRPC', 'exit code', 'worth repeating'], kinds)}
A server that does not answer at all counts as \`unavailable\`; Ctrl-C exits with 130.

## Codes

Words in braces stand for values.

${table(['code', 'status', 'message and next step'], codes)}`
}

function statusOf(kind: ErrorKind): string {
  return `${errorKinds[kind].http} ${kind}`
}
