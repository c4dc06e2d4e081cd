import type { Kysely, Selectable } from 'kysely'
import type { Page, PageQuery } from '../../kernel/paging.ts'
import { readPage } from '../../platform/db/index.ts'
import type { Decision, DecisionKind, DecisionState, DecisionStep } from './model.ts'
import type { AutomationTables } from './tables.ts'

type Db = Kysely<AutomationTables>
type Row = Selectable<AutomationTables['automation_decisions']>

/** A decision as stored; whether it is overdue depends on when one looks. */
export type DecisionRecord = Omit<Decision, 'overdue'> & { readonly key: string }

/** Answers false when the policy has decided on this alert, or on this model version, before. */
export async function insertDecision(db: Db, decision: DecisionRecord): Promise<boolean> {
  const result = await db
    .insertInto('automation_decisions')
    .values(toRow(decision))
    .onConflict((conflict) => conflict.columns(['policyId', 'kind', 'key']).doNothing())
    .executeTakeFirst()
  return Number(result.numInsertedOrUpdatedRows ?? 0) > 0
}

/** Writes the decision if it is still as it was read: in that state, with a history of that length. */
export async function updateDecision(db: Db, before: DecisionRecord, after: DecisionRecord): Promise<boolean> {
  const result = await db
    .updateTable('automation_decisions')
    .set(toRow(after))
    .where('id', '=', before.id)
    .where('state', '=', before.state)
    .where('history', '=', JSON.stringify(before.history))
    .executeTakeFirst()
  return Number(result.numUpdatedRows) > 0
}

export async function findDecision(db: Db, id: string): Promise<DecisionRecord | undefined> {
  const row = await db.selectFrom('automation_decisions').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? undefined : toDecision(row)
}

/** Open decisions that wait for what just happened. */
export async function listWaiting(
  db: Db,
  by: { readonly deployment: string } | { readonly alertId: string } | { readonly kind: DecisionKind },
): Promise<DecisionRecord[]> {
  const select = db
    .selectFrom('automation_decisions')
    .selectAll()
    .where('state', 'in', ['waiting', 'requested', 'candidate', 'deploying', 'rollingOut'])
    .orderBy('id')
  const rows =
    'deployment' in by
      ? await select.where('deployment', '=', by.deployment).execute()
      : 'alertId' in by
        ? await select.where('alertId', '=', by.alertId).execute()
        : await select.where('kind', '=', by.kind).execute()
  return rows.map(toDecision)
}

/** The newest retraining of a policy that really started, other than `exceptId`. */
export async function findLastRetraining(
  db: Db,
  policyId: string,
  exceptId: string,
): Promise<DecisionRecord | undefined> {
  const row = await db
    .selectFrom('automation_decisions')
    .selectAll()
    .where('policyId', '=', policyId)
    .where('kind', '=', 'retrain')
    .where('state', 'in', ['requested', 'finished', 'failed'])
    .where('id', '!=', exceptId)
    .orderBy('updatedAt', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? undefined : toDecision(row)
}

/** True when a newer candidate of the same policy waits to be rolled out. */
export async function hasNewerCandidate(db: Db, decision: DecisionRecord): Promise<boolean> {
  const row = await db
    .selectFrom('automation_decisions')
    .select('id')
    .where('policyId', '=', decision.policyId)
    .where('kind', '=', 'deliver')
    .where('state', '=', 'rollingOut')
    .where('id', '>', decision.id)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

export interface DecisionFilter extends PageQuery {
  readonly policy?: string | undefined
  readonly kind?: DecisionKind | undefined
  readonly state?: DecisionState | undefined
  readonly modelVersionId?: string | undefined
}

/** Newest first. */
export function listDecisions(db: Db, filter: DecisionFilter): Promise<Page<DecisionRecord>> {
  let select = db.selectFrom('automation_decisions').selectAll()
  if (filter.policy !== undefined) select = select.where('policy', '=', filter.policy)
  if (filter.kind !== undefined) select = select.where('kind', '=', filter.kind)
  if (filter.state !== undefined) select = select.where('state', '=', filter.state)
  if (filter.modelVersionId !== undefined) select = select.where('modelVersionId', '=', filter.modelVersionId)
  return readPage(select, { id: 'desc' }, filter, toDecision)
}

const optionalFields = [
  'alertId',
  'monitor',
  'pipelineRunId',
  'model',
  'modelVersionId',
  'replacedModelVersionId',
  'verdictId',
  'deployment',
  'rolloutId',
  'dueAt',
] as const

function toRow(decision: DecisionRecord): Row {
  const { id, policyId, policy, kind, key, state, summary, createdAt, updatedAt } = decision
  return {
    id,
    policyId,
    policy,
    kind,
    key,
    state,
    summary,
    history: JSON.stringify(decision.history),
    evidence: JSON.stringify(decision.evidence),
    alertId: decision.alertId ?? null,
    monitor: decision.monitor ?? null,
    pipelineRunId: decision.pipelineRunId ?? null,
    model: decision.model ?? null,
    modelVersionId: decision.modelVersionId ?? null,
    replacedModelVersionId: decision.replacedModelVersionId ?? null,
    verdictId: decision.verdictId ?? null,
    deployment: decision.deployment ?? null,
    rolloutId: decision.rolloutId ?? null,
    dueAt: decision.dueAt ?? null,
    createdAt,
    updatedAt,
  }
}

function toDecision(row: Row): DecisionRecord {
  const { id, policyId, policy, kind, key, summary, createdAt, updatedAt } = row
  const known = optionalFields.filter((field) => row[field] !== null).map((field) => [field, row[field]])
  return {
    id,
    policyId,
    policy,
    kind,
    key,
    state: row.state as DecisionState,
    summary,
    history: JSON.parse(row.history) as DecisionStep[],
    evidence: JSON.parse(row.evidence) as Record<string, unknown>,
    ...Object.fromEntries(known),
    createdAt,
    updatedAt,
  }
}
