import { defineErrors } from '../../kernel/errors.ts'

export const grpcErrors = defineErrors({
  grpc_message_malformed: ['invalid', 'The message is not valid protocol buffers: {problem}.'],
})

export function malformed(problem: string): Error {
  return grpcErrors.grpc_message_malformed({ problem })
}
