import { Page as PageFrame } from '../../kit/page.tsx'
import { paths } from '../../kit/paths.ts'
import { RunsTable } from './runs-table.tsx'

/** All runs of all experiments. */
export function Page() {
  return (
    <PageFrame title="Runs" crumbs={[{ label: 'Experiments', to: paths.experiments() }]} isFilled>
      <RunsTable />
    </PageFrame>
  )
}
