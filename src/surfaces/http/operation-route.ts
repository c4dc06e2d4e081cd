import type { FastifyInstance } from 'fastify'
import { kernelErrors } from '../../kernel/errors.ts'
import { splitRoute } from '../../kernel/operation.ts'
import type { BoundOperation } from './bound-operation.ts'
import { HttpCall } from './call.ts'
import type { HttpContext } from './http-context.ts'
import { parseJsonBody } from './json-body.ts'
import { createInputReader } from './operation-input.ts'
import { outputProblems } from './output-check.ts'
import { queryOf } from './query.ts'
import { routerPath } from './raw-path.ts'

/** Mounts operations: JSON in, JSON out. `scope` must be an encapsulated Fastify context, for its body parser. */
export function mountOperations(
  scope: FastifyInstance,
  operations: readonly BoundOperation[],
  context: HttpContext,
): void {
  scope.removeAllContentTypeParsers()
  const parser = { parseAs: 'string', bodyLimit: context.bodyLimitBytes } as const
  scope.addContentTypeParser(/^application\/(.+\+)?json/, parser, async (_request: unknown, text: string | Buffer) =>
    parseJsonBody(String(text)),
  )
  for (const operation of operations) mountOne(scope, operation, context)
}

function mountOne(scope: FastifyInstance, bound: BoundOperation, context: HttpContext): void {
  const { operation } = bound
  const { method, path } = splitRoute(operation.http)
  const readInput = createInputReader(operation)
  scope.route({
    method,
    url: routerPath(path),
    config: { allow: operation.allow, limitBytes: context.bodyLimitBytes },
    handler: async (request, reply) => {
      const input = readInput({
        params: request.params as Record<string, string>,
        query: queryOf(request.url),
        body: request.body,
      })
      const call = new HttpCall(request, reply, { principal: request.principal, drain: context.drain })
      const output = await bound.run(input, call)
      if (context.checkOutput) requireDeclared(bound, output)
      reply.code(operation.status ?? 200).header('content-type', 'application/json; charset=utf-8')
      return JSON.stringify(output ?? {})
    },
  })
}

function requireDeclared({ operation }: BoundOperation, output: unknown): void {
  const problems = outputProblems(operation.output, output ?? {})
  if (problems.length === 0) return
  const cause = new Error(`${operation.name} answered what it did not declare: ${problems.join('; ')}`)
  throw kernelErrors.internal_error({ requestId: 'output check' }, { cause, hint: cause.message })
}
