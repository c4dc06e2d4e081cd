import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { client } from '../ground/client.ts'
import { paths } from '../kit/paths.ts'
import { sections } from './sections.ts'

/** Something the palette can find and go to. */
export interface Findable {
  readonly label: string
  /** What it is, in words: `Page`, `Model`, `Run`. */
  readonly kind: string
  readonly to: string
}

const pages: readonly Findable[] = [
  ...sections.map(({ label, path }) => ({ label, kind: 'Page', to: path })),
  { label: 'All runs', kind: 'Page', to: paths.runs() },
  { label: 'Batch predictions', kind: 'Page', to: paths.batches() },
  { label: 'Python environments', kind: 'Page', to: paths.environments() },
  { label: 'Fleet', kind: 'Page', to: paths.fleet() },
]

/** Pages always; names from the server, asked for when the palette opens. */
export function useFindables(isOpen: boolean): readonly Findable[] {
  const { data } = useQuery({
    queryKey: ['palette'],
    queryFn: loadFindables,
    enabled: isOpen,
    staleTime: 10_000,
  })
  return useMemo(() => [...pages, ...(data ?? [])], [data])
}

const limit = 200

/** What fails to load is left out: the rest can still be found. */
async function loadFindables(): Promise<readonly Findable[]> {
  const lists = await Promise.allSettled([
    named('Model', client.models.list({ limit }), ({ name }) => [name, paths.model(name)]),
    named('Deployment', client.deployments.list({ limit }), ({ name }) => [name, paths.deployment(name)]),
    named('Dataset', client.datasets.list({ limit }), ({ name }) => [name, paths.dataset(name)]),
    named('Pipeline', client.pipelines.list({ limit }), ({ name }) => [name, paths.pipeline(name)]),
    named('Monitor', client.monitors.list({ limit }), ({ name }) => [name, paths.monitor(name)]),
    named('Experiment', client.experiments.list({ limit }), ({ name }) => [name, paths.experiment(name)]),
    named('Run', client.runs.search({ limit }), ({ name, id }) => [name, paths.run(id)]),
  ])
  return lists.flatMap((list) => (list.status === 'fulfilled' ? list.value : []))
}

async function named<Item>(
  kind: string,
  page: PromiseLike<{ readonly items: readonly Item[] }>,
  describe: (item: Item) => readonly [label: string, to: string],
): Promise<readonly Findable[]> {
  return (await page).items.map((item) => {
    const [label, to] = describe(item)
    return { label, kind, to }
  })
}
