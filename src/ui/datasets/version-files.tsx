import { useQuery } from '@tanstack/react-query'
import { FileTable } from '../kit/file-table.tsx'
import { Loaded } from '../kit/loaded.tsx'
import { datasetQueries } from './queries.ts'

/** Every file of a dataset version. */
export function VersionFiles({ dataset, version }: { readonly dataset: string; readonly version: string }) {
  const query = useQuery(datasetQueries.files(dataset, version))
  return (
    <Loaded query={query} what="the files">
      {({ items, nextCursor }) => <FileTable files={items} hasMore={nextCursor !== undefined} />}
    </Loaded>
  )
}
