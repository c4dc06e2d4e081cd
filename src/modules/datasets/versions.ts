import type { FieldProblem } from '../../kernel/errors.ts'
import type { Page, PageQuery } from '../../kernel/paging.ts'
import type { TypedTx } from '../../platform/db/index.ts'
import { faultPoint } from '../../platform/runtime/index.ts'
import type { Context } from './context.ts'
import { pathProblems } from './file-path.ts'
import { holdBlobs } from './held-blobs.ts'
import { enqueueDescribe } from './jobs.ts'
import {
  type DatasetFile,
  type DatasetVersion,
  datasetErrors,
  eventFileLimit,
  type FullDatasetVersion,
  inPathOrder,
  manifestDigest,
  parseVersionRef,
  versionCreated,
  versionDeleted,
} from './model.ts'
import type { NewVersion } from './requests.ts'
import {
  deleteVersions,
  insertFiles,
  insertVersion,
  lockDataset,
  type NamedVersionRow,
  selectDataset,
  selectExistingVersions,
  selectFilePage,
  selectFiles,
  selectVersionById,
  selectVersionByNumber,
  selectVersionPage,
  updateDataset,
} from './store.ts'
import { tableSource } from './table-source.ts'
import type { DatasetTables } from './tables.ts'

type Db = Context['db']['read']
type DatasetTx = TypedTx<DatasetTables>

/** Inside the caller's transaction: checks the list, not the blobs. */
export async function createVersion(ctx: Context, tx: DatasetTx, input: NewVersion): Promise<FullDatasetVersion> {
  checkFiles(input.files)
  const files = inPathOrder(input.files)
  const manifest = manifestDigest(files)
  const dataset = await lockDataset(tx.query, input.dataset)
  if (dataset === undefined) throw datasetErrors.dataset_not_found({ dataset: input.dataset })
  const [newest] = (await selectVersionPage(tx.query, { datasetId: dataset.id, limit: 1 })).items
  if (newest?.manifest === manifest) return { ...toVersion(newest), files }
  await checkParents(tx.query, input.parents ?? [])
  const id = ctx.ids('dsv')
  const at = ctx.clock.now()
  const version = dataset.lastVersion + 1
  await insertFiles(tx.query, manifest, files)
  await insertVersion(tx.query, {
    id,
    datasetId: dataset.id,
    version,
    manifest,
    fileCount: files.length,
    sizeBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0),
    message: input.message ?? '',
    parents: JSON.stringify(input.parents ?? []),
    stepRunId: input.producedBy?.stepRunId ?? null,
    metadata: JSON.stringify(input.metadata ?? {}),
    createdAt: at,
    deletedAt: null,
  })
  await updateDataset(tx.query, dataset.id, { lastVersion: version, updatedAt: at })
  if (!('problem' in tableSource(files))) await enqueueDescribe(ctx, tx, manifest)
  const created = { ...toVersion(await requireVersion(tx.query, id)), files }
  await emitCreated(ctx, tx, created)
  return created
}

async function emitCreated(ctx: Context, tx: DatasetTx, created: FullDatasetVersion): Promise<void> {
  const { id: versionId, dataset, version, digest, parents, stepRunId, fileCount } = created
  await ctx.events.emit(tx, versionCreated, versionId, {
    versionId,
    dataset,
    version,
    digest,
    parents,
    ...(stepRunId === undefined ? {} : { stepRunId }),
    fileCount,
    files: created.files.slice(0, eventFileLimit).map(({ path, digest }) => ({ path, digest })),
  })
}

/** In a transaction of its own, after looking whether the blobs are there. */
export async function createCheckedVersion(ctx: Context, input: NewVersion): Promise<FullDatasetVersion> {
  checkFiles(input.files)
  await checkBlobs(ctx, input.files)
  const created = await ctx.db.transaction(async (tx) => {
    const version = await createVersion(ctx, tx, input)
    faultPoint('datasets.version.beforeCommit')
    return version
  })
  faultPoint('datasets.version.committed')
  return created
}

function checkFiles(files: readonly DatasetFile[]): void {
  const problems = pathProblems(files)
  if (files.length === 0) problems.push({ path: 'files', message: 'a version has at least one file' })
  if (problems.length > 0) throw invalidFiles(problems)
}

/** Holds every blob, so that none is collected before the version names it. */
async function checkBlobs(ctx: Context, files: readonly DatasetFile[]): Promise<void> {
  const problems: FieldProblem[] = []
  const blobs = await holdBlobs(
    ctx.blobs,
    files.map((file) => file.digest),
  )
  for (const [index, { digest, sizeBytes }] of files.entries()) {
    const blob = blobs[index]
    if (blob === undefined) {
      const message = 'there is no blob of this digest: store the bytes first (PUT /v1/blobs)'
      problems.push({ path: `files[${index}].digest`, message, value: digest })
    } else if (blob.sizeBytes !== sizeBytes) {
      const message = `the blob has ${blob.sizeBytes} bytes`
      problems.push({ path: `files[${index}].sizeBytes`, message, value: sizeBytes })
    }
  }
  if (problems.length > 0) throw invalidFiles(problems)
}

/** The first hundred problems as fields, the first three in words. */
function invalidFiles(problems: readonly FieldProblem[]) {
  const words = problems.slice(0, 3).map(({ path, message }) => `${path}: ${message}`)
  return datasetErrors.dataset_files_invalid(
    { count: problems.length, problems: words.join('; ') },
    { fields: problems.slice(0, 100) },
  )
}

async function checkParents(db: Db, parents: readonly string[]): Promise<void> {
  const existing = parents.length === 0 ? new Set() : await selectExistingVersions(db, parents)
  const missing = parents.find((id) => !existing.has(id))
  if (missing !== undefined) throw datasetErrors.dataset_version_not_found({ version: missing })
}

/** Undefined when there is no such dataset or version, or it was deleted. */
export async function findVersion(db: Db, ref: string): Promise<DatasetVersion | undefined> {
  const row = await findRow(db, ref)
  return row === undefined || row.deletedAt !== null ? undefined : toVersion(row)
}

export async function getVersion(db: Db, ref: string): Promise<DatasetVersion> {
  return toVersion(await requireVersion(db, ref))
}

export async function withFiles(db: Db, version: DatasetVersion): Promise<FullDatasetVersion> {
  return { ...version, files: await selectFiles(db, version.digest) }
}

async function requireVersion(db: Db, ref: string): Promise<NamedVersionRow> {
  const row = await findRow(db, ref)
  if (row === undefined) throw datasetErrors.dataset_version_not_found({ version: ref })
  if (row.deletedAt !== null) throw datasetErrors.dataset_version_deleted({ version: ref })
  return row
}

async function findRow(db: Db, ref: string): Promise<NamedVersionRow | undefined> {
  const parsed = parseVersionRef(ref)
  if (parsed === undefined) throw datasetErrors.dataset_ref_invalid({ ref })
  if ('id' in parsed) return selectVersionById(db, parsed.id)
  const dataset = await selectDataset(db, parsed.dataset)
  if (dataset === undefined) return undefined
  const version = parsed.version === 'latest' ? dataset.latestVersion : parsed.version
  return version === null ? undefined : selectVersionByNumber(db, dataset.id, Number(version))
}

export async function listVersions(
  ctx: Context,
  { dataset, ...query }: PageQuery & { readonly dataset: string },
): Promise<Page<DatasetVersion>> {
  const found = await selectDataset(ctx.db.read, dataset)
  if (found === undefined) throw datasetErrors.dataset_not_found({ dataset })
  const page = await selectVersionPage(ctx.db.read, { datasetId: found.id, ...query })
  return { ...page, items: page.items.map(toVersion) }
}

export async function listFiles(
  ctx: Context,
  { ref, ...query }: PageQuery & { readonly ref: string; readonly prefix?: string | undefined },
): Promise<Page<DatasetFile>> {
  const { digest } = await getVersion(ctx.db.read, ref)
  return selectFilePage(ctx.db.read, { manifest: digest, ...query })
}

export async function deleteVersion(ctx: Context, ref: string): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const { datasetId, version, dataset } = await requireVersion(tx.query, ref)
    const at = ctx.clock.now()
    for (const { id: versionId } of await deleteVersions(tx.query, { datasetId, version, at })) {
      await ctx.events.emit(tx, versionDeleted, versionId, { versionId, dataset, version })
    }
  })
}

function toVersion(row: NamedVersionRow): DatasetVersion {
  const { id, datasetId, dataset, version, fileCount, sizeBytes, message, createdAt } = row
  return {
    id,
    datasetId,
    dataset,
    version,
    digest: row.manifest,
    fileCount,
    sizeBytes,
    message,
    parents: JSON.parse(row.parents),
    ...(row.stepRunId === null ? {} : { stepRunId: row.stepRunId }),
    metadata: JSON.parse(row.metadata),
    ...(row.rowCount === null ? {} : { rowCount: row.rowCount }),
    ...(row.columns === null ? {} : { columns: JSON.parse(row.columns) }),
    createdAt,
  }
}
