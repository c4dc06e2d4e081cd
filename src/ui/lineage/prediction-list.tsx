import type { Impact } from '../ground/wire.ts'
import { EntityId } from '../kit/entity-id.tsx'
import { Panel } from '../kit/panel.tsx'
import { idPath } from '../kit/path.ts'
import { RouteLink } from '../kit/route-link.tsx'
import { predictionPath } from '../serving/paths.ts'

/** The newest predictions that a thing touched, by the model version that made them. */
export function PredictionList({ impact }: { readonly impact: Impact }) {
  return impact.predictions.map(({ modelVersionId, modelVersion, ids, nextCursor }) => (
    <Panel
      key={modelVersionId}
      title={
        <>
          Predictions of <RouteLink to={idPath(modelVersionId)}>{modelVersion}</RouteLink>
        </>
      }
      note={nextCursor === undefined ? `${ids.length}` : `the newest ${ids.length}`}
    >
      <div style={{ display: 'flex', flexWrap: 'wrap', gap: '4px 14px' }}>
        {ids.map((id) => (
          <EntityId key={id} id={id} to={predictionPath(id)} isPlain />
        ))}
      </div>
    </Panel>
  ))
}
