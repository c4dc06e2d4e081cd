import { useQuery } from '@tanstack/react-query'
import type { Monitor, WindowEvaluation } from '../ground/wire.ts'
import { EmptyState } from '../kit/empty-state.tsx'
import { EntityId } from '../kit/entity-id.tsx'
import { formatDuration, formatNumber } from '../kit/format.ts'
import { KeyValues } from '../kit/key-values.tsx'
import { Loaded } from '../kit/loaded.tsx'
import { PageSkeleton } from '../kit/loading.tsx'
import { Page as PageFrame } from '../kit/page.tsx'
import { Panel } from '../kit/panel.tsx'
import { useParam } from '../kit/param.ts'
import { RouteLink } from '../kit/route-link.tsx'
import { useUrlState } from '../kit/url-state.ts'
import { UrlTabs } from '../kit/url-tabs.tsx'
import { deploymentPath } from '../serving/paths.ts'
import { AlertList } from './alert-list.tsx'
import { DriftHistory } from './drift-history.tsx'
import { HealthBadge } from './health-badge.tsx'
import { monitorsPath } from './paths.ts'
import { QualityHistory } from './quality-history.tsx'
import { monitoringQueries } from './queries.ts'
import { WindowPanel } from './window-panel.tsx'
import { WindowStrip } from './window-strip.tsx'

export function Page() {
  const query = useQuery(monitoringQueries.monitor(useParam('monitor')))
  return (
    <Loaded query={query} what="this monitor" skeleton={<PageSkeleton />}>
      {(monitor) => <MonitorView monitor={monitor} />}
    </Loaded>
  )
}

function MonitorView({ monitor }: { readonly monitor: Monitor }) {
  const windows = useQuery(monitoringQueries.windows(monitor.name))
  return (
    <PageFrame
      title={monitor.name}
      crumbs={[{ label: 'Monitors', to: monitorsPath() }]}
      badges={<HealthBadge health={monitor.health} />}
      lead={
        <>
          Watches the {monitor.kind === 'drift' ? 'inputs' : 'quality'} of{' '}
          <RouteLink to={deploymentPath(monitor.deployment)}>{monitor.deployment}</RouteLink> in windows of{' '}
          {windowText(monitor)}
          {monitor.problem === undefined ? '' : `. ${monitor.problem}`}
        </>
      }
    >
      <Loaded query={windows} what="the windows">
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState
              title="No window is complete yet"
              commands={[`slipway monitors evaluate ${monitor.name}`]}
              isCompact
            >
              The first result comes when {monitor.deployment} has answered {windowText(monitor)}.
            </EmptyState>
          ) : (
            <Windows monitor={monitor} windows={items} />
          )
        }
      </Loaded>
    </PageFrame>
  )
}

function Windows({ monitor, windows }: { readonly monitor: Monitor; readonly windows: readonly WindowEvaluation[] }) {
  const [chosen, setChosen] = useUrlState('window', windows[0]?.id ?? '')
  const window = windows.find(({ id }) => id === chosen) ?? windows[0]
  const History = monitor.kind === 'drift' ? DriftHistory : QualityHistory
  return (
    <>
      <Panel title="Windows" note={`the last ${windows.length}, newest at the right`}>
        <WindowStrip windows={windows} label={`Windows of ${monitor.name}`} chosen={window?.id} onChoose={setChosen} />
      </Panel>
      <History monitor={monitor} windows={windows} chosen={window?.id} onChoose={setChosen} />
      <UrlTabs
        label="About this monitor"
        tabs={[
          {
            id: 'window',
            label: 'The chosen window',
            content: () => (window === undefined ? null : <WindowPanel window={window} />),
          },
          { id: 'alerts', label: 'Alerts', content: () => <AlertsOf monitor={monitor.name} /> },
          { id: 'definition', label: 'Definition', content: () => <Definition monitor={monitor} /> },
        ]}
      />
    </>
  )
}

function AlertsOf({ monitor }: { readonly monitor: string }) {
  const query = useQuery(monitoringQueries.alertsOf(monitor))
  return (
    <Panel>
      <Loaded query={query} what="the alerts">
        {({ items }) => <AlertList alerts={items} empty="This monitor has raised no alert." />}
      </Loaded>
    </Panel>
  )
}

function Definition({ monitor }: { readonly monitor: Monitor }) {
  return (
    <Panel>
      <KeyValues
        isWide
        items={[
          { label: 'Reference', value: monitor.reference },
          {
            label: 'Baseline',
            value: monitor.baselineId === undefined ? undefined : <EntityId id={monitor.baselineId} to={null} />,
          },
          { label: 'Window', value: windowText(monitor) },
          {
            label: 'Alerts after',
            value: `${monitor.persistence.of} unhealthy of the last ${monitor.persistence.last} windows`,
          },
          { label: 'Method', value: monitor.kind === 'drift' ? monitor.method : undefined },
          { label: 'Threshold', value: monitor.threshold === undefined ? undefined : formatNumber(monitor.threshold) },
          { label: 'False discovery rate', value: monitor.kind === 'drift' ? formatNumber(monitor.alpha) : undefined },
          { label: 'Least rows', value: monitor.kind === 'drift' ? monitor.minRows : undefined },
          { label: 'Features', value: monitor.features?.join(', ') },
          { label: 'Metric', value: monitor.kind === 'quality' ? monitor.metric : undefined },
          { label: 'Tolerance', value: monitor.kind === 'quality' ? formatNumber(monitor.tolerance) : undefined },
          { label: 'Least labels', value: monitor.kind === 'quality' ? monitor.minLabels : undefined },
        ]}
      />
    </Panel>
  )
}

function windowText({ window }: Monitor): string {
  return 'rows' in window ? `${window.rows} predictions` : formatDuration(window.ms)
}
