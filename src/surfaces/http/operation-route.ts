import type { FastifyInstance } from 'fastify'
import { runAs } from '../../kernel/actor.ts'
import { type AppError, codesOfAllOperations, isAppError, kernelErrors } from '../../kernel/errors.ts'
import { splitRoute, subjectsOf } from '../../kernel/operation.ts'
import type { BoundOperation } from './bound-operation.ts'
import { HttpCall } from './call.ts'
import type { HttpContext } from './http-context.ts'
import { parseJsonBody } from './json-body.ts'
import type { MountedRoute } from './mounted-routes.ts'
import { createInputReader } from './operation-input.ts'
import { outputProblems } from './output-check.ts'
import { queryOf } from './query.ts'
import { requireRight } from './require-right.ts'

/** The body parser of operations; `scope` must be an encapsulated Fastify context. */
export function acceptJson(scope: FastifyInstance, bodyLimit: number): void {
  scope.removeAllContentTypeParsers()
  const parser = { parseAs: 'string', bodyLimit } as const
  scope.addContentTypeParser(/^application\/(.+\+)?json/, parser, async (_request: unknown, text: string | Buffer) =>
    parseJsonBody(String(text)),
  )
}

/** An operation as a route: JSON in, JSON out. */
export function operationRoute(bound: BoundOperation, context: HttpContext) {
  const { operation } = bound
  const readInput = createInputReader(operation)
  const run = context.checkOutput ? checked(bound) : bound.run
  const route: MountedRoute = {
    allow: operation.allow,
    limitBytes: context.bodyLimitBytes,
    answer: async (request, reply, params) => {
      const input = readInput({ params, query: queryOf(request.url), body: request.body })
      const subjects = () => subjectsOf(operation, input)
      await requireRight(context.access, request.principal, { permission: operation.allow, subjects })
      const call = new HttpCall(request, reply, { principal: request.principal, drain: context.drain })
      const output = await runAs(call.principal, () => run(input, call))
      reply.code(operation.status ?? 200).header('content-type', 'application/json; charset=utf-8')
      return JSON.stringify(output ?? {})
    },
  }
  return { ...splitRoute(operation.http), route }
}

/** The operation held to what it declares: its output, and the codes of its errors but for those of a broken world. */
function checked({ operation, run }: BoundOperation): BoundOperation['run'] {
  const codes = new Set<string>([...codesOfAllOperations, ...(operation.errors ?? [])])
  const answer: BoundOperation['run'] = async (input, call) => {
    try {
      return await run(input, call)
    } catch (error) {
      if (!isAppError(error) || codes.has(error.code) || isOfTheWorld(error)) throw error
      throw undeclared(`${operation.name} failed with what it did not declare: ${error.code}: ${error.message}`)
    }
  }
  return async (input, call) => {
    const output = await answer(input, call)
    const problems = outputProblems(operation.output, output ?? {})
    if (problems.length === 0) return output
    throw undeclared(`${operation.name} answered what it did not declare: ${problems.join('; ')}`)
  }
}

/** A full disk, a database that is away: any operation may meet them. */
function isOfTheWorld({ kind }: AppError): boolean {
  return kind === 'unavailable' || kind === 'internal'
}

function undeclared(problem: string): AppError {
  return kernelErrors.internal_error({ requestId: 'output check' }, { cause: new Error(problem), hint: problem })
}
