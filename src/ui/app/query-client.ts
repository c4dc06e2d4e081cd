import { QueryClient } from '@tanstack/react-query'
import { ApiError } from './api.ts'

/** Answers stay fresh until an event says otherwise; a refusal is shown at once, a lost connection is tried again. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        retry: (count, error) => !(error instanceof ApiError) && count < 2,
      },
    },
  })
}
