import type { RawRoute } from '../../../kernel/route.ts'
import type { Predictions } from '../../../modules/predictions/index.ts'
import { invalidInput } from '../../../platform/inference/index.ts'
import { isRecord } from '../tabular.ts'
import { seldon } from './protocol.ts'

/**
 * Feedback of the Seldon protocol: `{ response: { meta: { puid } }, truth: { data: { ndarray } } }` labels the prediction
 * `puid`. A truth of several rows labels the rows of a batch. Without a truth the `reward` is the label, which is what A/B tests
 * and bandits on rewards read.
 */
export function feedbackRoutes(predictions: Predictions): RawRoute[] {
  return ['/api/v1.0/feedback', '/seldon/{namespace}/{deployment}/api/v1.0/feedback'].map((path) => ({
    method: 'POST',
    path,
    summary: 'Seldon protocol: what was true, joined to the prediction with this puid.',
    body: 'bytes',
    limitBytes: 1024 * 1024,
    allow: 'predictions:write',
    run: async ({ bytes }) => {
      try {
        const labels = readLabels(JSON.parse(Buffer.from(bytes).toString()))
        const { unknownIds } = await predictions.recordLabels(labels)
        if (unknownIds.length > 0) throw invalidInput(`no prediction has the puid ${unknownIds.join(', ')}`)
        return { body: { meta: { puid: labels[0]?.predictionId }, status: { status: 'SUCCESS' } } }
      } catch (error) {
        return seldon.toError(
          error instanceof SyntaxError ? invalidInput(`the body is not JSON: ${error.message}`) : error,
        )
      }
    },
  }))
}

type Labels = Parameters<Predictions['recordLabels']>[0]

function readLabels(body: unknown): Labels {
  const response = isRecord(body) && isRecord(body.response) ? body.response : {}
  const puid = isRecord(response.meta) ? response.meta.puid : undefined
  if (typeof puid !== 'string') throw invalidInput('feedback needs response.meta.puid, the id of the prediction')
  const truth = isRecord(body) && isRecord(body.truth) && isRecord(body.truth.data) ? body.truth.data : {}
  const rows = truth.ndarray ?? (isRecord(truth.tensor) ? truth.tensor.values : undefined)
  if (rows === undefined && isRecord(body) && typeof body.reward === 'number')
    return [{ predictionId: puid, label: body.reward }]
  if (!Array.isArray(rows) || rows.length === 0)
    throw invalidInput('feedback needs truth.data.ndarray, the true values, or a reward, a number')
  const single = rows.length === 1
  return rows.map((row: unknown, index) => ({
    predictionId: single ? puid : `${puid}.${index}`,
    label: (Array.isArray(row) && row.length === 1 ? row[0] : row) as Labels[number]['label'],
  }))
}
