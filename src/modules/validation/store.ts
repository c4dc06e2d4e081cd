import type { Kysely, Selectable } from 'kysely'
import { actorOfColumn, actorToColumn } from '../../kernel/actor.ts'
import type { Page, PageQuery } from '../../kernel/paging.ts'
import { readPage } from '../../platform/db/index.ts'
import type { Check, Gate, Rule, Verdict } from './model.ts'
import type { ValidationTables } from './tables.ts'

type Db = Kysely<ValidationTables>

export async function upsertGate(db: Db, gate: Gate): Promise<void> {
  await db
    .insertInto('validation_gates')
    .values({ ...gate, rules: JSON.stringify(gate.rules) })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({
        model: gate.model,
        rules: JSON.stringify(gate.rules),
        updatedAt: gate.updatedAt,
      }),
    )
    .execute()
}

export async function findGate(db: Db, name: string): Promise<Gate | undefined> {
  const row = await db
    .selectFrom('validation_gates')
    .selectAll()
    .where((where) => where.or([where('name', '=', name), where('id', '=', name)]))
    .executeTakeFirst()
  return row === undefined ? undefined : toGate(row)
}

export function listGates(db: Db, query: PageQuery & { readonly model?: string | undefined }): Promise<Page<Gate>> {
  let gates = db.selectFrom('validation_gates').selectAll()
  if (query.model !== undefined) gates = gates.where('model', '=', query.model)
  return readPage(gates, { name: 'asc' }, query, toGate)
}

/** Answers false when this gate has decided on this version before. */
export async function insertVerdict(db: Db, verdict: Verdict): Promise<boolean> {
  const result = await db
    .insertInto('validation_verdicts')
    .values({
      ...verdict,
      championId: verdict.championId ?? null,
      subject: verdict.subject ?? null,
      passed: verdict.passed ? 1 : 0,
      checks: JSON.stringify(verdict.checks),
      metrics: JSON.stringify(verdict.metrics),
      actor: actorToColumn(verdict.actor),
    })
    .onConflict((conflict) => conflict.columns(['gateId', 'modelVersionId']).doNothing())
    .executeTakeFirst()
  return Number(result.numInsertedOrUpdatedRows ?? 0) > 0
}

export async function findVerdict(db: Db, id: string): Promise<Verdict | undefined> {
  const row = await db.selectFrom('validation_verdicts').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? undefined : toVerdict(row)
}

export async function findVerdictOn(db: Db, gateId: string, modelVersionId: string): Promise<Verdict | undefined> {
  const row = await db
    .selectFrom('validation_verdicts')
    .selectAll()
    .where('gateId', '=', gateId)
    .where('modelVersionId', '=', modelVersionId)
    .executeTakeFirst()
  return row === undefined ? undefined : toVerdict(row)
}

export interface VerdictFilter extends PageQuery {
  readonly gate?: string | undefined
  readonly model?: string | undefined
  readonly modelVersionId?: string | undefined
}

/** Newest first: ids sort by time. */
export function listVerdicts(db: Db, filter: VerdictFilter): Promise<Page<Verdict>> {
  let select = db.selectFrom('validation_verdicts').selectAll()
  if (filter.gate !== undefined) select = select.where('gate', '=', filter.gate)
  if (filter.model !== undefined) select = select.where('model', '=', filter.model)
  if (filter.modelVersionId !== undefined) select = select.where('modelVersionId', '=', filter.modelVersionId)
  return readPage(select, { id: 'desc' }, filter, toVerdict)
}

function toGate(row: Selectable<ValidationTables['validation_gates']>): Gate {
  return { ...row, rules: JSON.parse(row.rules) as Rule[] }
}

function toVerdict(row: Selectable<ValidationTables['validation_verdicts']>): Verdict {
  const { championId, subject, ...rest } = row
  return {
    ...rest,
    passed: row.passed === 1,
    checks: JSON.parse(row.checks) as Check[],
    metrics: JSON.parse(row.metrics) as Record<string, number>,
    actor: actorOfColumn(row.actor),
    ...(championId === null ? {} : { championId }),
    ...(subject === null ? {} : { subject }),
  }
}
