import { Page as PageFrame } from '../../kit/page.tsx'
import { experimentsPath } from '../paths.ts'
import { RunsTable } from './runs-table.tsx'

/** All runs of all experiments. */
export function Page() {
  return (
    <PageFrame title="Runs" crumbs={[{ label: 'Experiments', to: experimentsPath() }]} isFilled>
      <RunsTable />
    </PageFrame>
  )
}
