import type { WindowEvaluation } from '../ground/wire.ts'
import { EntityId } from '../kit/entity-id.tsx'
import { formatCount, formatNumber, formatTime } from '../kit/format.ts'
import { KeyValues } from '../kit/key-values.tsx'
import { Panel } from '../kit/panel.tsx'
import { RelativeTime } from '../kit/relative-time.tsx'
import { StatusBadge } from '../kit/status-badge.tsx'
import { FeatureCards } from './feature-cards.tsx'
import { windowTones } from './health-badge.tsx'

/** One evaluated window: what was found, and for drift the distribution of each feature then and now. */
export function WindowPanel({ window }: { readonly window: WindowEvaluation }) {
  const { quality } = window
  return (
    <>
      <Panel title={<StatusBadge status={window.state} tone={windowTones[window.state]} />} note={window.summary}>
        <KeyValues
          isWide
          items={[
            { label: 'From', value: formatTime(window.from) },
            { label: 'To', value: formatTime(window.to) },
            { label: 'Predictions', value: formatCount(window.rows) },
            { label: 'Model version', value: <EntityId id={window.modelVersionId} /> },
            { label: 'Evaluated', value: <RelativeTime at={window.evaluatedAt} /> },
            { label: 'Revision', value: window.revision > 1 ? `${window.revision}, after late labels` : undefined },
            { label: 'Id', value: <EntityId id={window.id} to={null} /> },
            ...(quality === undefined
              ? []
              : [
                  { label: 'Why', value: quality.why === window.summary ? undefined : quality.why },
                  ...Object.entries(quality.all).map(([metric, value]) => ({
                    label: metric,
                    value: formatNumber(value),
                  })),
                ]),
          ]}
        />
      </Panel>
      {window.features.length === 0 ? null : <FeatureCards features={window.features} />}
    </>
  )
}
