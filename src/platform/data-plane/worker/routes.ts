import {
  type DeploymentSettings,
  inferenceErrors,
  type PlanDeployment,
  type PlanVariant,
  type Routable,
  type Route,
  type Routing,
  routeRequest,
  type ServedModel,
  type SplitRange,
  type Tensor,
} from '../../inference/index.ts'
import type { Batcher, BatchItem } from './batcher.ts'
import type { Series } from './counters.ts'
import type { LoadedModel } from './models.ts'
import type { ResponseCache } from './response-cache.ts'
import type { EndTrace } from './tracer.ts'

/** A request on its way through a model. */
export interface RunItem extends BatchItem {
  /** Monotonic ms at which the request arrived. */
  readonly startedAt: number
  /** Name of the deployment it was sent to. */
  readonly model: string
  readonly resolve: (outputs: readonly Tensor[]) => void
  readonly reject: (error: unknown) => void
  /** Writes the record of a finished run; called before any answer of that run leaves. */
  readonly record: (outcome: readonly Tensor[] | Error) => void
  /** Called after the answers have left; absent when the request is not traced. */
  readonly traced?: EndTrace | undefined
}

export interface LiveVariant extends PlanVariant {
  readonly model: LoadedModel
  readonly batcher: Batcher<RunItem>
  readonly series: Series
}

export interface LiveDeployment {
  readonly name: string
  readonly salt: string
  readonly ranges?: readonly SplitRange[] | undefined
  readonly routing?: Routing | undefined
  readonly settings?: DeploymentSettings | undefined
  readonly cache?: ResponseCache | undefined
  readonly variants: readonly LiveVariant[]
  readonly served: ServedModel
}

/** What a deployment looks like from outside: the signature of its first variant. */
export function toServedModel(deployment: PlanDeployment, [main]: readonly Pick<LiveVariant, 'model'>[]): ServedModel {
  const [first] = deployment.variants
  return {
    get ready() {
      return main !== undefined && main.model.trouble() === undefined
    },
    get problem() {
      return main?.model.trouble()
    },
    get isUnloaded() {
      return main?.model.isResting()
    },
    name: deployment.name,
    versions: deployment.variants.map((variant) => variant.version),
    inputs: first?.inputs ?? [],
    outputs: first?.outputs ?? [],
    runtime: first?.runtime?.kind ?? 'onnx',
    featureNames: first?.featureNames,
  }
}

export function findDeployment(
  live: ReadonlyMap<string, LiveDeployment>,
  name: string,
  version: string | undefined,
): LiveDeployment {
  const deployment = live.get(name)
  if (deployment === undefined) throw inferenceErrors.inference_model_unknown({ model: name })
  if (version !== undefined && !deployment.served.versions.includes(version))
    throw inferenceErrors.inference_version_unknown({
      model: name,
      version,
      versions: deployment.served.versions.join(', ') || 'none',
    })
  return deployment
}

export function chooseVariant(deployment: LiveDeployment, request: Routable): Route<LiveVariant> {
  const route = routeRequest(deployment, request)
  if (route === undefined) throw inferenceErrors.inference_model_waiting({ model: deployment.name })
  return route
}
