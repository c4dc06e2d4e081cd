import type { Kysely } from 'kysely'
import type { Tags } from '../model.ts'
import type { TrackingTables } from '../tables.ts'
import type { NewInput, RunInput, RunOutput } from './link.ts'

type Db = Kysely<TrackingTables>

const chunk = 250

/** False when the run has this input already. */
export async function insertInput(db: Db, runId: string, input: NewInput, now: number): Promise<boolean> {
  const result = await db
    .insertInto('tracking_inputs')
    .values({
      runId,
      name: input.name,
      digest: input.digest,
      context: input.context ?? '',
      datasetVersionId: input.datasetVersionId ?? null,
      sourceType: input.sourceType,
      source: input.source,
      schema: input.schema ?? null,
      profile: input.profile ?? null,
      tags: JSON.stringify(input.tags ?? {}),
      createdAt: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
}

export async function listInputs(db: Db, runIds: readonly string[]): Promise<Map<string, RunInput[]>> {
  const byRun = new Map<string, RunInput[]>()
  for (let at = 0; at < runIds.length; at += chunk) {
    const rows = await db
      .selectFrom('tracking_inputs')
      .selectAll()
      .where('runId', 'in', runIds.slice(at, at + chunk))
      .orderBy('createdAt')
      .orderBy('name')
      .orderBy('digest')
      .orderBy('context')
      .execute()
    for (const row of rows) append(byRun, row.runId, toInput(row))
  }
  return byRun
}

function toInput(row: TrackingTables['tracking_inputs']): RunInput {
  return {
    name: row.name,
    digest: row.digest,
    context: row.context,
    ...(row.datasetVersionId === null ? {} : { datasetVersionId: row.datasetVersionId }),
    sourceType: row.sourceType,
    source: row.source,
    ...(row.schema === null ? {} : { schema: row.schema }),
    ...(row.profile === null ? {} : { profile: row.profile }),
    tags: JSON.parse(row.tags) as Tags,
  }
}

export async function upsertOutput(db: Db, runId: string, output: RunOutput, now: number): Promise<void> {
  await db
    .insertInto('tracking_outputs')
    .values({ runId, ...output, createdAt: now })
    .onConflict((conflict) => conflict.columns(['runId', 'modelId']).doUpdateSet({ step: output.step }))
    .execute()
}

export async function listOutputs(db: Db, runIds: readonly string[]): Promise<Map<string, RunOutput[]>> {
  const byRun = new Map<string, RunOutput[]>()
  for (let at = 0; at < runIds.length; at += chunk) {
    const rows = await db
      .selectFrom('tracking_outputs')
      .select(['runId', 'modelId', 'step'])
      .where('runId', 'in', runIds.slice(at, at + chunk))
      .orderBy('createdAt')
      .orderBy('modelId')
      .execute()
    for (const { runId, ...output } of rows) append(byRun, runId, output)
  }
  return byRun
}

function append<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [item])
  else list.push(item)
}
