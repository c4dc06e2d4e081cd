import type { Readable } from 'node:stream'
import type { FieldProblem } from '../../kernel/errors.ts'
import type { Page, PageQuery } from '../../kernel/paging.ts'
import type { ByteRange } from '../../platform/blobs/index.ts'
import type { Tx, TypedTx } from '../../platform/db/index.ts'
import { faultPoint } from '../../platform/runtime/index.ts'
import type { Context } from './context.ts'
import { diffFiles } from './diff.ts'
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
  type VersionDiff,
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
  selectFile,
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

/** A file of a version, opened: all of it, or the range. */
export interface OpenFile {
  readonly file: DatasetFile
  readonly body: Readable
}

export interface Versions {
  /**
   * Idempotent: the same files as the newest version answer that version. Throws `dataset_files_invalid`. Inside a
   * transaction the blobs are not looked up, for only database calls belong there: the caller has just written them.
   */
  createVersion(input: NewVersion, tx?: Tx): Promise<FullDatasetVersion>
  /** Throws `dataset_version_not_found`, `dataset_version_deleted`, `dataset_ref_invalid`. */
  getVersion(ref: string): Promise<FullDatasetVersion>
  findVersion(ref: string): Promise<FullDatasetVersion | undefined>
  /** The version without its files: cheap whatever their number. */
  getVersionSummary(ref: string): Promise<DatasetVersion>
  listVersions(input: PageQuery & { dataset: string }): Promise<Page<DatasetVersion>>
  listFiles(input: PageQuery & { ref: string; prefix?: string | undefined }): Promise<Page<DatasetFile>>
  deleteVersion(ref: string): Promise<void>
  /** Throws `dataset_file_not_found` beside what `getVersion` throws. */
  getFile(ref: string, path: string): Promise<DatasetFile>
  openFile(ref: string, path: string, range?: ByteRange): Promise<OpenFile>
  diffVersions(from: string, to: string): Promise<VersionDiff>
}

export function createVersions(ctx: Context): Versions {
  const { read } = ctx.db

  async function getFile(ref: string, path: string): Promise<DatasetFile> {
    const version = await getVersion(read, ref)
    const file = await selectFile(read, version.digest, path)
    if (file === undefined) throw datasetErrors.dataset_file_not_found({ version: ref, path })
    return file
  }

  return {
    getFile,

    createVersion: async (input, tx) => {
      checkFiles(input.files)
      if (tx !== undefined) return insertNewVersion(ctx, tx.typed(), input)
      await checkBlobs(ctx, input.files)
      const created = await ctx.db.transaction(async (own) => {
        const version = await insertNewVersion(ctx, own, input)
        faultPoint('datasets.version.beforeCommit')
        return version
      })
      faultPoint('datasets.version.committed')
      return created
    },

    getVersion: async (ref) => withFiles(read, await getVersion(read, ref)),

    findVersion: async (ref) => {
      const row = await findRow(read, ref)
      return row === undefined || row.deletedAt !== null ? undefined : withFiles(read, toVersion(row))
    },

    getVersionSummary: (ref) => getVersion(read, ref),

    listVersions: async ({ dataset, ...query }) => {
      const found = await selectDataset(read, dataset)
      if (found === undefined) throw datasetErrors.dataset_not_found({ dataset })
      const page = await selectVersionPage(read, { datasetId: found.id, ...query })
      return { ...page, items: page.items.map(toVersion) }
    },

    listFiles: async ({ ref, ...query }) => {
      const { digest } = await getVersion(read, ref)
      return selectFilePage(read, { manifest: digest, ...query })
    },

    deleteVersion: (ref) =>
      ctx.db.transaction(async (tx) => {
        const { datasetId, version, dataset } = await requireVersion(tx.query, ref)
        const at = ctx.clock.now()
        for (const { id: versionId } of await deleteVersions(tx.query, { datasetId, version, at })) {
          await ctx.events.emit(tx, versionDeleted, versionId, { versionId, dataset, version })
        }
      }),

    openFile: async (ref, path, range) => {
      const file = await getFile(ref, path)
      return { file, body: await ctx.blobs.read(file.digest, range) }
    },

    diffVersions: async (from, to) => {
      const [before, after] = await Promise.all([getVersion(read, from), getVersion(read, to)])
      const [old, current] = await Promise.all([selectFiles(read, before.digest), selectFiles(read, after.digest)])
      return { from: before.id, to: after.id, ...diffFiles(old, current) }
    },
  }
}

async function insertNewVersion(ctx: Context, tx: DatasetTx, input: NewVersion): Promise<FullDatasetVersion> {
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

export async function getVersion(db: Db, ref: string): Promise<DatasetVersion> {
  return toVersion(await requireVersion(db, ref))
}

async function withFiles(db: Db, version: DatasetVersion): Promise<FullDatasetVersion> {
  return { ...version, files: await selectFiles(db, version.digest) }
}

async function requireVersion(db: Db, ref: string): Promise<NamedVersionRow> {
  const row = await findRow(db, ref)
  if (row === undefined) throw datasetErrors.dataset_version_not_found({ version: ref })
  if (row.deletedAt !== null) throw datasetErrors.dataset_version_deleted({ version: ref })
  return row
}

/** Undefined when there is no such dataset or version. */
async function findRow(db: Db, ref: string): Promise<NamedVersionRow | undefined> {
  const parsed = parseVersionRef(ref)
  if (parsed === undefined) throw datasetErrors.dataset_ref_invalid({ ref })
  if ('id' in parsed) return selectVersionById(db, parsed.id)
  const dataset = await selectDataset(db, parsed.dataset)
  if (dataset === undefined) return undefined
  const version = parsed.version === 'latest' ? dataset.latestVersion : parsed.version
  return version === null ? undefined : selectVersionByNumber(db, dataset.id, Number(version))
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
