import { type AppError, defineErrors } from '../../kernel/errors.ts'

export const analyticsErrors = defineErrors({
  analytics_query_failed: ['invalid', 'The data cannot be read that way: {problem}'],
  analytics_memory_exceeded: [
    'unavailable',
    'The question needs more memory than analytics may use: {problem}',
    'Raise analytics.memoryLimitMb, or ask for fewer rows or columns.',
  ],
  analytics_unavailable: ['unavailable', 'Analytics stopped before it answered: {problem}', 'Try again.'],
})

/** The engine's message as an error of ours; only its first paragraph says something to a reader. */
export function queryFailure(message: string): AppError {
  const problem = message.replace(/^Failed to extract statements: /, '').split('\n\n')[0] ?? message
  if (problem.startsWith('Out of Memory Error')) return analyticsErrors.analytics_memory_exceeded({ problem })
  return analyticsErrors.analytics_query_failed({ problem })
}
