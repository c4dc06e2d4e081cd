import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ErrorState } from './error-state.tsx'
import { TableSkeleton } from './loading.tsx'

export interface LoadedProps<T> {
  readonly query: UseQueryResult<T, Error>
  /** What is loaded, for the error's title: `the runs`. */
  readonly what: string
  readonly skeleton?: ReactNode
  readonly children: (data: T) => ReactNode
}

/** The three states of an answer in one place: on its way, refused, here. Old data stays while new data loads. */
export function Loaded<T>({ query, what, skeleton, children }: LoadedProps<T>) {
  if (query.data !== undefined) return children(query.data)
  if (query.error !== null) {
    return <ErrorState title={`Cannot show ${what}`} error={query.error} onRetry={() => void query.refetch()} />
  }
  return skeleton ?? <TableSkeleton />
}
