import { useQuery } from '@tanstack/react-query'
import { activityQueries } from '../activity/index.ts'
import type { Deployment } from '../ground/wire.ts'
import { Panel } from '../kit/panel.tsx'
import { RouteLink } from '../kit/route-link.tsx'
import { StatusBadge } from '../kit/status-badge.tsx'
import { deploymentPath } from '../serving/paths.ts'
import classes from './loop.module.css'
import { DataStation, ModelStation, ServingStation, TrainingStation, WatchStation } from './stations.tsx'

/** One deployment as the loop it is part of: data, training, model, serving, watching, and the way back. */
export function Loop({ deployment }: { readonly deployment: Deployment }) {
  const policies = useQuery(activityQueries.policies())
  const policy = policies.data?.items.find(({ deliver }) => deliver?.deployment === deployment.name)
  const retrain =
    policy?.retrain ??
    policies.data?.items.find((each) => each.retrain?.pipeline === policy?.deliver?.pipeline)?.retrain
  const champion = deployment.variants.toSorted((a, b) => b.weight - a.weight)[0]
  return (
    <Panel
      title={
        <RouteLink to={deploymentPath(deployment.name)} look="quiet">
          {deployment.name}
        </RouteLink>
      }
      note={<StatusBadge status={deployment.state} />}
    >
      <ol className={classes.track} aria-label={`The loop of ${deployment.name}`}>
        <DataStation modelVersionId={champion?.modelVersionId} />
        <TrainingStation pipeline={policy?.deliver?.pipeline} modelVersionId={champion?.modelVersionId} />
        <ModelStation deployment={deployment} champion={champion} />
        <ServingStation deployment={deployment} />
        <WatchStation deployment={deployment} />
      </ol>
      <div className={classes.back} data-open={retrain === undefined || undefined}>
        <span className={classes.backLabel}>
          {retrain === undefined
            ? 'no policy closes this loop yet'
            : `an alert of ${retrain.on.join(' or ')} starts ${retrain.pipeline} again`}
        </span>
      </div>
    </Panel>
  )
}
