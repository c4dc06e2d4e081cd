import { queryOptions, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { client } from '../../ground/client.ts'

/** The text of stored bytes, which never changes. */
export const blobText = (digest: string) =>
  queryOptions({
    queryKey: ['immutable', 'blob', digest],
    queryFn: async () => (await client.raw('GET', `/v1/blobs/${digest}`)).text(),
    staleTime: Number.POSITIVE_INFINITY,
  })

/** An address of stored bytes for this page: fetched with the reader's token, which an `<img>` would not send. */
export function useBlobUrl(digest: string, type: string) {
  const query = useQuery({
    queryKey: ['immutable', 'bytes', digest],
    queryFn: async () => new Uint8Array(await (await client.raw('GET', `/v1/blobs/${digest}`)).arrayBuffer()),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  })
  const [url, setUrl] = useState<string>()
  const { data } = query
  useEffect(() => {
    if (data === undefined) return
    const made = URL.createObjectURL(new Blob([data], { type }))
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [data, type])
  return { query, url }
}
