import { useQuery } from '@tanstack/react-query'
import { Loaded } from '../kit/loaded.tsx'
import { Page as PageFrame } from '../kit/page.tsx'
import { useParam } from '../kit/param.ts'
import { trackingQueries } from '../tracking/index.ts'
import { experimentPath, experimentsPath } from '../tracking/paths.ts'
import { TracesTable } from './traces-table.tsx'

/** The traces of one experiment. */
export function Page() {
  const experiment = useParam('experiment')
  const query = useQuery(trackingQueries.experiment(experiment))
  return (
    <PageFrame
      title="Traces"
      crumbs={[
        { label: 'Experiments', to: experimentsPath() },
        { label: query.data?.name ?? experiment, to: experimentPath(experiment) },
      ]}
      isFilled
    >
      <Loaded query={query} what={`experiment ${experiment}`}>
        {({ id }) => <TracesTable key={id} experiment={id} />}
      </Loaded>
    </PageFrame>
  )
}
