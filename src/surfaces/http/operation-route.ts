import { runAs } from '../../kernel/actor.ts'
import { type AppError, codesOfAllOperations, isAppError, kernelErrors } from '../../kernel/errors.ts'
import { splitRoute, subjectsOf } from '../../kernel/operation.ts'
import type { Access } from '../../platform/auth/index.ts'
import type { BoundOperation } from './bound-operation.ts'
import type { MountedRoute } from './mounted-routes.ts'
import { createInputReader } from './operation-input.ts'
import { outputProblems } from './output-check.ts'
import { requireRight } from './require-right.ts'

/** What holds for all operations. */
export interface OperationContext {
  readonly access: Access
  readonly bodyLimitBytes: number
  /** Compare every answer with its declared schema. */
  readonly checkOutput: boolean
}

const jsonHeaders = { 'content-type': 'application/json; charset=utf-8' }

/** An operation as a route: JSON in, JSON out. */
export function operationRoute(bound: BoundOperation, context: OperationContext): MountedRoute {
  const { operation } = bound
  const readInput = createInputReader(operation)
  const run = context.checkOutput ? checked(bound) : bound.run
  return {
    ...splitRoute(operation.http),
    allow: operation.allow,
    body: 'json',
    limitBytes: context.bodyLimitBytes,
    answer: async (request) => {
      const input = readInput(request)
      const subjects = () => subjectsOf(operation, input)
      await requireRight(context.access, request.principal, { permission: operation.allow, subjects })
      const output = await runAs(request.principal, () => run(input, request))
      return { status: operation.status ?? 200, headers: jsonHeaders, body: JSON.stringify(output ?? {}) }
    },
  }
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
