import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Run } from '../../ground/wire.ts'
import { EmptyState } from '../../kit/empty-state.tsx'
import { Loaded } from '../../kit/loaded.tsx'
import { PageSkeleton } from '../../kit/loading.tsx'
import { Page as PageFrame } from '../../kit/page.tsx'
import { Panel } from '../../kit/panel.tsx'
import { RouteLink } from '../../kit/route-link.tsx'
import { useUrlList } from '../../kit/url-state.ts'
import { UrlTabs } from '../../kit/url-tabs.tsx'
import { RunMedia } from '../media/run-media.tsx'
import { runPath, runsPath } from '../paths.ts'
import { trackingQueries } from '../queries.ts'
import { RunDot } from '../runs/selection.tsx'
import { CompareBars } from './bars.tsx'
import { CompareCode } from './code.tsx'
import classes from './compare.module.css'
import { CompareContour } from './contour.tsx'
import { CompareCurves } from './curves.tsx'
import { CompareDifferences } from './differences.tsx'
import { fieldsOf } from './fields.ts'
import { CompareImportance } from './importance.tsx'
import { CompareParallel } from './parallel.tsx'
import { CompareScatter } from './scatter.tsx'

/** Runs beside each other; which ones, and what is shown of them, is in the address. */
export function Page() {
  const [ids, setIds] = useUrlList('runs')
  const query = useQuery(trackingQueries.these(ids))
  if (ids.length === 0) {
    return (
      <PageFrame title="Compare runs" crumbs={[{ label: 'Runs', to: runsPath() }]}>
        <EmptyState title="No run is chosen">Choose runs in a table of runs, then press Compare.</EmptyState>
      </PageFrame>
    )
  }
  return (
    <Loaded query={query} what="these runs" skeleton={<PageSkeleton />}>
      {({ items }) => <Comparison ids={ids} found={items} onIds={setIds} />}
    </Loaded>
  )
}

interface ComparisonProps {
  readonly ids: readonly string[]
  readonly found: readonly Run[]
  readonly onIds: (ids: readonly string[]) => void
}

function Comparison({ ids, found, onIds }: ComparisonProps) {
  // In the order of the address, so that a run keeps its color.
  const runs = useMemo(() => {
    const byId = new Map(found.map((run) => [run.id, run]))
    return ids.flatMap((id) => byId.get(id) ?? [])
  }, [ids, found])
  const fields = useMemo(() => fieldsOf(runs), [runs])
  const lost = ids.length - runs.length
  return (
    <PageFrame
      title={`Compare ${runs.length} runs`}
      crumbs={[{ label: 'Runs', to: runsPath() }]}
      lead={lost === 0 ? undefined : `${lost} of the chosen runs are not there any more.`}
    >
      <Panel>
        <ul className={classes.legend} aria-label="Compared runs">
          {runs.map((run, index) => (
            <li key={run.id} className={classes.run}>
              <RunDot index={index} />
              <RouteLink to={runPath(run.id)} look="quiet">
                {run.name}
              </RouteLink>
              <button
                type="button"
                className={classes.drop}
                aria-label={`Leave out ${run.name}`}
                onClick={() => onIds(ids.filter((id) => id !== run.id))}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      </Panel>
      <UrlTabs
        label="Compare by"
        tabs={[
          { id: 'parallel', label: 'Parallel', content: () => <CompareParallel runs={runs} fields={fields} /> },
          { id: 'curves', label: 'Curves', content: () => <CompareCurves runs={runs} /> },
          { id: 'scatter', label: 'Scatter', content: () => <CompareScatter runs={runs} fields={fields} /> },
          { id: 'contour', label: 'Contour', content: () => <CompareContour runs={runs} fields={fields} /> },
          { id: 'bars', label: 'Bars', content: () => <CompareBars runs={runs} fields={fields} /> },
          {
            id: 'differences',
            label: 'Differences',
            content: () => <CompareDifferences runs={runs} fields={fields} />,
          },
          { id: 'code', label: 'Code', content: () => <CompareCode runs={runs} /> },
          { id: 'importance', label: 'Importance', content: () => <CompareImportance runs={runs} fields={fields} /> },
          { id: 'media', label: 'Media', content: () => <RunMedia runs={runs} /> },
        ]}
      />
    </PageFrame>
  )
}
