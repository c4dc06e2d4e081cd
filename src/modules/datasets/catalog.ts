import type { Page, PageQuery } from '../../kernel/paging.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { Context } from './context.ts'
import { type Dataset, DatasetName, datasetErrors, versionDeleted } from './model.ts'
import {
  type DatasetSummaryRow,
  deleteVersions,
  insertDataset,
  lockDataset,
  selectDataset,
  selectDatasetPage,
  updateDataset,
} from './store.ts'
import type { DatasetTables } from './tables.ts'

interface NewDataset {
  readonly name: string
  readonly description?: string | undefined
}

/** Datasets as such; their versions are in versions.ts. */
export interface Catalog {
  createDataset(input: NewDataset): Promise<Dataset>
  /** The dataset of that name, made when there is none. */
  ensureDataset(input: NewDataset, tx?: Tx): Promise<Dataset>
  listDatasets(input: PageQuery & { search?: string | undefined }): Promise<Page<Dataset>>
  getDataset(dataset: string): Promise<Dataset>
  updateDataset(input: { dataset: string; description: string }): Promise<Dataset>
  deleteDataset(input: { dataset: string; withVersions: boolean }): Promise<void>
}

export function createCatalog(ctx: Context): Catalog {
  const { db } = ctx
  return {
    createDataset: async (input) => {
      const isNew = await db.transaction((tx) => insertNew(ctx, tx, input))
      if (!isNew) throw datasetErrors.dataset_exists({ dataset: input.name })
      return requireDataset(db.read, input.name)
    },

    ensureDataset: async (input, tx) => {
      const ensure = async (open: Tx) => {
        await insertNew(ctx, open, input)
        return requireDataset(open.typed<DatasetTables>().query, input.name)
      }
      if (tx !== undefined) return ensure(tx)
      const row = await selectDataset(db.read, input.name)
      return row === undefined ? db.transaction(ensure) : toDataset(row)
    },

    listDatasets: async (query) => {
      const page = await selectDatasetPage(db.read, query)
      return { ...page, items: page.items.map(toDataset) }
    },

    getDataset: (dataset) => requireDataset(db.read, dataset),

    updateDataset: async ({ dataset, description }) => {
      await db.transaction(async (tx) => {
        const { id } = await requireDataset(tx.query, dataset)
        await updateDataset(tx.query, id, { description, updatedAt: ctx.clock.now() })
      })
      return requireDataset(db.read, dataset)
    },

    deleteDataset: ({ dataset, withVersions }) =>
      db.transaction(async (tx) => {
        const locked = await lockDataset(tx.query, dataset)
        if (locked === undefined) throw datasetErrors.dataset_not_found({ dataset })
        const { id, name, versionCount } = await requireDataset(tx.query, locked.id)
        if (versionCount > 0 && !withVersions) {
          throw datasetErrors.dataset_not_empty({ dataset: name, count: versionCount })
        }
        const at = ctx.clock.now()
        for (const { id: versionId, version } of await deleteVersions(tx.query, { datasetId: id, at })) {
          await ctx.events.emit(tx, versionDeleted, versionId, { versionId, dataset: name, version })
        }
        await updateDataset(tx.query, id, { deletedAt: at, updatedAt: at })
      }),
  }
}

/** Answers false when there is one of that name already. */
async function insertNew(ctx: Context, tx: Tx, { name, description = '' }: NewDataset): Promise<boolean> {
  const at = ctx.clock.now()
  const row = { name: DatasetName.parse(name), description, lastVersion: 0, createdAt: at, updatedAt: at }
  return insertDataset(tx.typed<DatasetTables>().query, { id: ctx.ids('dst'), deletedAt: null, ...row })
}

async function requireDataset(db: Context['db']['read'], dataset: string): Promise<Dataset> {
  const row = await selectDataset(db, dataset)
  if (row === undefined) throw datasetErrors.dataset_not_found({ dataset })
  return toDataset(row)
}

function toDataset(row: DatasetSummaryRow): Dataset {
  const { id, name, description, createdAt, updatedAt } = row
  const latest = row.latestVersion === null ? {} : { latestVersion: Number(row.latestVersion) }
  return { id, name, description, ...latest, versionCount: Number(row.versionCount), createdAt, updatedAt }
}
