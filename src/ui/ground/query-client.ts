import { QueryClient } from '@tanstack/react-query'

/** Answers stay fresh until an event says otherwise. The SDK itself repeats what is safe to repeat, so nothing is tried twice over. */
export const queryClient = new QueryClient({
  defaultOptions: { queries: { staleTime: 30_000, refetchOnWindowFocus: false, retry: false } },
})
