import type { Call, Operation } from '../../kernel/operation.ts'

/** An operation tied to the service of its module: all a surface needs to call it. */
export interface BoundOperation {
  readonly module: string
  readonly operation: Operation
  readonly run: (input: unknown, call: Call) => unknown
}

/** Ties a module's operations to its service. */
export function bindOperations<Service>(
  module: string,
  operations: readonly Operation<Service>[],
  service: Service,
): BoundOperation[] {
  return operations.map((operation) => ({
    module,
    operation: operation as Operation,
    run: (input, call) => operation.run(service, input as never, call),
  }))
}
