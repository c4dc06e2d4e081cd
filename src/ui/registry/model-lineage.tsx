import { useQuery } from '@tanstack/react-query'
import type { Model } from '../ground/wire.ts'
import { Loaded } from '../kit/loaded.tsx'
import { DrawnGraph, lineageQueries } from '../lineage/index.ts'
import { registryQueries } from './queries.ts'

/** What the version in use was made of and where it is used; without the alias, of the newest. */
export function ModelLineage({ model }: { readonly model: Model }) {
  const version = model.aliases.champion ?? model.lastVersion
  const query = useQuery(registryQueries.version(model.name, String(version)))
  return (
    <Loaded query={query} what="the version">
      {({ id }) => <Drawn id={id} title={`Lineage of v${version}`} />}
    </Loaded>
  )
}

function Drawn({ id, title }: { readonly id: string; readonly title: string }) {
  const query = useQuery(lineageQueries.graph(id, 2))
  return (
    <Loaded query={query} what="the lineage">
      {(graph) => <DrawnGraph graph={graph} title={title} note="two steps in both directions" height={420} />}
    </Loaded>
  )
}
