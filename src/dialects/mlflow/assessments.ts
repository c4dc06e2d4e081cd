import type { Json, JsonObject } from '../../kernel/json.ts'
import type { Fields } from './fields.ts'
import { type Mlflow, type Rpc, rpc } from './rpc.ts'
import { toAssessmentMessage } from './trace-message.ts'
import { ofTrace } from './traces.ts'
import { invalid, wireError } from './wire-error.ts'

/** Assessments of traces: feedback, expectations and issues, kept in the client's own words. */
const version = '3.0'
const write = 'traces:write'
const kinds = ['feedback', 'expectation', 'issue'] as const

async function putAssessment(mlflow: Mlflow, traceId: string, fields: Fields, id?: string): Promise<object> {
  const given = fields.message('assessment')
  if (given === undefined) throw invalid("Missing value for required parameter 'assessment'.")
  const before = id === undefined ? undefined : await findAssessment(mlflow, traceId, id)
  const changes = given.object() as JsonObject
  const name = given.filled('assessment_name') ?? before?.name
  if (name === undefined) throw invalid("Missing value for required parameter 'assessment.assessment_name'.")
  const body: JsonObject = { valid: true, ...before?.body, ...changes }
  const kind = kinds.find((one) => body[one] !== undefined)
  const value = kind === undefined ? undefined : judgedValue(body[kind])
  const overridden = typeof body.overrides === 'string' ? body.overrides : undefined
  // Before anything is written: there must be one to take the place of.
  if (overridden !== undefined) await findAssessment(mlflow, traceId, overridden)
  const assessment = await mlflow.tracking.putAssessment(traceId, { id, name, kind, value, body })
  if (overridden !== undefined) await setValid(mlflow, traceId, { id: overridden, valid: false })
  return { assessment: toAssessmentMessage(assessment) }
}

async function findAssessment({ tracking }: Mlflow, traceId: string, id: string) {
  const found = (await tracking.getTrace(traceId)).assessments.find((one) => one.id === id)
  if (found !== undefined) return found
  throw wireError('RESOURCE_DOES_NOT_EXIST', `Assessment with ID '${id}' not found for trace '${traceId}'`)
}

/** The one that another takes the place of stays, but does not count until that other is deleted. */
async function setValid(mlflow: Mlflow, traceId: string, { id, valid }: { id: string; valid: boolean }): Promise<void> {
  const { name, kind, value, body } = await findAssessment(mlflow, traceId, id)
  await mlflow.tracking.putAssessment(traceId, { id, name, kind, value, body: { ...body, valid } })
}

async function remove(mlflow: Mlflow, traceId: string, id: string): Promise<void> {
  const { assessments } = await mlflow.tracking.getTrace(traceId)
  const overridden = assessments.find((one) => one.id === id)?.body.overrides
  await mlflow.tracking.deleteAssessment(traceId, id)
  const isThere = assessments.some((one) => one.id === overridden)
  if (isThere) await setValid(mlflow, traceId, { id: String(overridden), valid: true })
}

/** What a filter compares: a text as it is, anything else as JSON. */
function judgedValue(judgment: Json | undefined): string | undefined {
  if (judgment === null || typeof judgment !== 'object' || !('value' in judgment)) return undefined
  const { value } = judgment
  return typeof value === 'string' ? value : JSON.stringify(value)
}

export const assessmentRoutes: readonly Rpc[] = [
  rpc('POST mlflow/traces/{trace_id}/assessments', {
    version,
    allow: write,
    subject: ofTrace,
    run: (mlflow, fields) => putAssessment(mlflow, fields.required('trace_id'), fields),
  }),
  rpc('GET mlflow/traces/{trace_id}/assessments/{assessment_id}', {
    version,
    allow: 'traces:read',
    run: async (mlflow, fields) => {
      const found = await findAssessment(mlflow, fields.required('trace_id'), fields.required('assessment_id'))
      return { assessment: toAssessmentMessage(found) }
    },
  }),
  rpc('PATCH mlflow/traces/{trace_id}/assessments/{assessment_id}', {
    version,
    allow: write,
    subject: ofTrace,
    run: (mlflow, fields) =>
      putAssessment(mlflow, fields.required('trace_id'), fields, fields.required('assessment_id')),
  }),
  rpc('DELETE mlflow/traces/{trace_id}/assessments/{assessment_id}', {
    version,
    allow: write,
    subject: ofTrace,
    run: async (mlflow, fields) => {
      await remove(mlflow, fields.required('trace_id'), fields.required('assessment_id'))
      return {}
    },
  }),
]
