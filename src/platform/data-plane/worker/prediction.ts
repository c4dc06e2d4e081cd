import {
  type CountRecord,
  type InferenceAnswer,
  type InferenceRequest,
  type LogRecord,
  pickOutputs,
  rowCount,
  splitPoint,
  type Tensor,
} from '../../inference/index.ts'
import type { Clock } from '../../runtime/index.ts'
import type { LiveDeployment, LiveVariant } from './routes.ts'
import type { Served } from './served-counts.ts'

/** One request after routing: which variant answers it, and under which id. */
export interface Prediction {
  readonly id: string
  readonly request: InferenceRequest
  readonly deployment: LiveDeployment
  readonly variant: LiveVariant
  /** See `Route`. */
  readonly unit: number | null
}

export function toAnswer(
  { id, request, deployment, variant }: Prediction,
  outputs: readonly Tensor[],
): InferenceAnswer {
  return {
    model: deployment.name,
    version: variant.version,
    variant: variant.name,
    modelVersionId: variant.modelVersionId,
    predictionId: id,
    outputs: pickOutputs(outputs, request.wanted),
  }
}

export function toRecord(
  { id, request, deployment, variant, unit }: Prediction,
  run: { readonly inputs: readonly Tensor[]; readonly outputs: readonly Tensor[] },
  clock: Clock,
): LogRecord<Tensor> {
  return {
    kind: 'prediction',
    id,
    deployment: deployment.name,
    variant: variant.name,
    modelVersionId: variant.modelVersionId,
    requestId: request.requestId ?? null,
    at: clock.now(),
    eventAt: request.eventAt ?? null,
    latencyUs: Math.round((clock.monotonic() - request.startedAt) * 1000),
    inputs: run.inputs,
    outputs: run.outputs,
    unit,
  }
}

/** By the prediction's id, so that a request sent again is recorded again or again not. */
export function isCaptured({ id, deployment }: Prediction): boolean {
  const share = deployment.settings?.capture ?? 100
  return share >= 100 || splitPoint('capture', id) < share
}

export function toServed(
  { deployment, variant, request }: Prediction,
  inputs: readonly Tensor[],
  clock: Clock,
): Served {
  return {
    deployment: deployment.name,
    variant: variant.name,
    rows: rowCount(inputs) ?? 1,
    latencyUs: Math.round((clock.monotonic() - request.startedAt) * 1000),
  }
}

export function toCount({ deployment, variant }: Prediction, kind: CountRecord['kind'], at: number): CountRecord {
  return { kind, deployment: deployment.name, variant: variant.name, at, count: 1 }
}
