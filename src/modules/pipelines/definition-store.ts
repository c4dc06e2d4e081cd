/** SQL of pipelines, their versions and their source snapshots. */
import type { Kysely } from 'kysely'
import type { Page, PageQuery } from '../../kernel/paging.ts'
import type { SourceFile } from '../../kernel/source.ts'
import { readPage, type TypedTx } from '../../platform/db/index.ts'
import { PipelineDefinition } from './definition.ts'
import type { Pipeline, PipelineVersion } from './model.ts'
import type { PipelineRow, PipelineTables, VersionRow } from './tables.ts'

type Db = Kysely<PipelineTables>
type PipelineTx = TypedTx<PipelineTables>

export function toPipeline(row: PipelineRow): Pipeline {
  const { description, ...rest } = row
  return { ...rest, ...(description === null ? {} : { description }) }
}

export function toVersion(row: VersionRow & { pipeline: string }): PipelineVersion {
  return {
    id: row.id,
    pipelineId: row.pipelineId,
    pipeline: row.pipeline,
    version: row.version,
    definition: PipelineDefinition.parse(JSON.parse(row.definition)),
    sourceDigest: row.sourceDigest ?? undefined,
    commit: row.commitId ?? undefined,
    dirty: row.isDirty === null ? undefined : row.isDirty === 1,
    changes: row.changesDigest === null ? undefined : { digest: row.changesDigest, sizeBytes: row.changesBytes ?? 0 },
    createdAt: row.createdAt,
  }
}

export function findPipeline(db: Db, nameOrId: string): Promise<PipelineRow | undefined> {
  return db
    .selectFrom('pipelines_pipelines')
    .selectAll()
    .where((e) => e.or([e('name', '=', nameOrId), e('id', '=', nameOrId)]))
    .executeTakeFirst()
}

export async function listPipelineNames(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('pipelines_pipelines').select('name').orderBy('name').limit(1000).execute()
  return rows.map((row) => row.name)
}

export function listPipelines(db: Db, query: PageQuery): Promise<Page<Pipeline>> {
  return readPage(db.selectFrom('pipelines_pipelines').selectAll(), { name: 'asc' }, query, toPipeline)
}

function selectVersions(db: Db) {
  return db
    .selectFrom('pipelines_versions as v')
    .innerJoin('pipelines_pipelines as p', 'p.id', 'v.pipelineId')
    .selectAll('v')
    .select('p.name as pipeline')
}

export async function getVersion(db: Db, versionId: string): Promise<PipelineVersion> {
  return toVersion(await selectVersions(db).where('v.id', '=', versionId).executeTakeFirstOrThrow())
}

export async function listVersions(db: Db, pipelineId: string): Promise<PipelineVersion[]> {
  const rows = await selectVersions(db)
    .where('v.pipelineId', '=', pipelineId)
    .orderBy('v.version', 'desc')
    .limit(1000)
    .execute()
  return rows.map(toVersion)
}

export interface NewVersion {
  readonly pipelineId: string
  readonly versionId: string
  readonly name: string
  readonly description: string | null
  readonly digest: string
  readonly definition: string
  readonly sourceDigest: string | null
  readonly commitId: string | null
  readonly isDirty: 0 | 1 | null
  readonly changesDigest: string | null
  readonly changesBytes: number | null
  readonly at: number
}

/** Adds the version unless the newest one has the same digest; answers the pipeline and the version that is current then. */
export async function addVersion(
  tx: PipelineTx,
  given: NewVersion,
): Promise<{ readonly pipelineId: string; readonly versionId: string }> {
  const { name, description, at } = given
  // Taking the row first makes two callers with the same name wait for each other.
  await tx.query
    .insertInto('pipelines_pipelines')
    .values({ id: given.pipelineId, name, description, version: 0, versionId: '', createdAt: at, updatedAt: at })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ name }))
    .execute()
  const pipeline = await tx.query
    .selectFrom('pipelines_pipelines')
    .selectAll()
    .where('name', '=', name)
    .executeTakeFirstOrThrow()
  const newest = await tx.query
    .selectFrom('pipelines_versions')
    .select(['id', 'digest'])
    .where('id', '=', pipeline.versionId)
    .executeTakeFirst()
  if (newest?.digest === given.digest) return { pipelineId: pipeline.id, versionId: newest.id }
  const version = pipeline.version + 1
  const { versionId: id, digest, definition, sourceDigest, commitId, isDirty, changesDigest, changesBytes } = given
  await tx.query
    .insertInto('pipelines_versions')
    .values({
      id,
      pipelineId: pipeline.id,
      version,
      digest,
      definition,
      sourceDigest,
      commitId,
      isDirty,
      changesDigest,
      changesBytes,
      createdAt: at,
    })
    .execute()
  await tx.query
    .updateTable('pipelines_pipelines')
    .set({ version, versionId: id, description, updatedAt: at })
    .where('id', '=', pipeline.id)
    .execute()
  return { pipelineId: pipeline.id, versionId: id }
}

export async function addSource(
  tx: PipelineTx,
  digest: string,
  files: readonly SourceFile[],
  at: number,
): Promise<void> {
  await tx.query
    .insertInto('pipelines_sources')
    .values({ digest, files: JSON.stringify(files), createdAt: at })
    .onConflict((conflict) => conflict.column('digest').doNothing())
    .execute()
}

export async function sourceFiles(db: Db, digest: string | undefined): Promise<SourceFile[]> {
  if (digest === undefined) return []
  const row = await db
    .selectFrom('pipelines_sources')
    .select('files')
    .where('digest', '=', digest)
    .executeTakeFirstOrThrow()
  return JSON.parse(row.files)
}
