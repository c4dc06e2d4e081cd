import { createHash } from 'node:crypto'
import { canonicalJson, type Json } from '../../../kernel/json.ts'
import type { Page, PageQuery } from '../../../kernel/paging.ts'
import type { TypedTx } from '../../../platform/db/index.ts'
import type { TrackingContext } from '../context.ts'
import { findExperimentRow } from '../experiments/experiment-store.ts'
import { type Tags, trackingErrors } from '../model.ts'
import type { TrackingTables } from '../tables.ts'
import { listRecordRows, searchSetRows } from './evaluation-search.ts'
import {
  type EvaluationRecord,
  type EvaluationSet,
  type EvaluationSetQuery,
  type NewEvaluationRecord,
  withFields,
} from './evaluation-set.ts'
import * as store from './evaluation-store.ts'

type StoreTx = TypedTx<TrackingTables>

export interface NewEvaluationSet {
  readonly name: string
  readonly tags?: Tags
  readonly experimentIds?: readonly string[]
  readonly createdBy?: string | undefined
}

export interface EvaluationSets {
  createEvaluationSet(input: NewEvaluationSet): Promise<EvaluationSet>
  getEvaluationSet(id: string): Promise<EvaluationSet>
  searchEvaluationSets(query: EvaluationSetQuery): Promise<Page<EvaluationSet>>
  deleteEvaluationSet(id: string): Promise<void>
  /** Merged into the tags; null removes one. */
  tagEvaluationSet(id: string, tags: Readonly<Record<string, string | null>>): Promise<EvaluationSet>
  changeEvaluationSetExperiments(
    id: string,
    change: { readonly add?: readonly string[]; readonly remove?: readonly string[] },
  ): Promise<EvaluationSet>
  /** A record with the inputs of one that is there changes that one; answers how many were new. */
  putEvaluationRecords(
    id: string,
    records: readonly NewEvaluationRecord[],
  ): Promise<{ inserted: number; updated: number }>
  listEvaluationRecords(id: string, page: PageQuery): Promise<Page<EvaluationRecord>>
  deleteEvaluationRecords(id: string, recordIds: readonly string[]): Promise<number>
}

export function createEvaluationSets(ctx: TrackingContext): EvaluationSets {
  async function row(db: StoreTx['query'], id: string): Promise<store.SetRow> {
    const found = await store.findSetRow(db, id)
    if (found === undefined) throw trackingErrors.evaluation_set_not_found({ set: id })
    return found
  }

  async function entity(db: StoreTx['query'], id: string): Promise<EvaluationSet> {
    const [set] = await store.toSets(db, [await row(db, id)])
    if (set === undefined) throw trackingErrors.evaluation_set_not_found({ set: id })
    return set
  }

  async function link(tx: StoreTx, id: string, experimentIds: readonly string[]): Promise<void> {
    for (const experiment of experimentIds) {
      const known = await findExperimentRow(tx.query, experiment)
      if (known === undefined) throw trackingErrors.experiment_not_found({ experiment })
    }
    await store.addExperiments(tx.query, id, experimentIds)
  }

  /** Answers whether the case is new. */
  async function put(tx: StoreTx, setId: string, given: NewEvaluationRecord): Promise<boolean> {
    const digest = createHash('sha256').update(canonicalJson(given.inputs)).digest('hex')
    const before = await store.findRecordRow(tx.query, setId, digest)
    const now = ctx.clock.now()
    await store.upsertRecordRow(tx.query, {
      setId,
      id: before?.id ?? newId(ctx, 'dr'),
      digest,
      inputs: JSON.stringify(given.inputs),
      outputs: given.outputs === undefined ? (before?.outputs ?? null) : textOf(given.outputs),
      expectations: mergedText(before?.expectations, given.expectations),
      tags: mergedText(before?.tags, given.tags),
      source: before === undefined ? textOf(given.source ?? null) : before.source,
      createdAt: before?.createdAt ?? now,
      updatedAt: now,
      createdBy: before === undefined ? (given.createdBy ?? null) : before.createdBy,
      updatedBy: given.createdBy ?? before?.updatedBy ?? null,
    })
    return before === undefined
  }

  return {
    createEvaluationSet: (input) =>
      ctx.db.transaction(async (tx) => {
        const now = ctx.clock.now()
        const id = newId(ctx, 'd')
        const by = input.createdBy ?? null
        const times = { createdAt: now, updatedAt: now, createdBy: by, updatedBy: by }
        await store.insertSetRow(tx.query, { id, name: input.name, fields: null, ...times })
        await store.putSetTags(tx.query, id, input.tags ?? {})
        await link(tx, id, input.experimentIds ?? [])
        return entity(tx.query, id)
      }),

    getEvaluationSet: (id) => entity(ctx.db.read, id),

    searchEvaluationSets: (query) => searchSetRows(ctx.db, query),

    deleteEvaluationSet: (id) => ctx.db.transaction((tx) => store.deleteSetRows(tx.query, id)),

    tagEvaluationSet: (id, tags) =>
      ctx.db.transaction(async (tx) => {
        await row(tx.query, id)
        await store.putSetTags(tx.query, id, tags)
        await store.updateSetRow(tx.query, id, { updatedAt: ctx.clock.now() })
        return entity(tx.query, id)
      }),

    changeEvaluationSetExperiments: (id, change) =>
      ctx.db.transaction(async (tx) => {
        await row(tx.query, id)
        await link(tx, id, change.add ?? [])
        await store.removeExperiments(tx.query, id, change.remove ?? [])
        return entity(tx.query, id)
      }),

    putEvaluationRecords: (id, records) =>
      ctx.db.transaction(async (tx): Promise<{ inserted: number; updated: number }> => {
        const { fields } = await entity(tx.query, id)
        let inserted = 0
        for (const record of records) if (await put(tx, id, record)) inserted++
        const updatedBy = records.findLast((record) => record.createdBy !== undefined)?.createdBy ?? null
        const changes = { fields: JSON.stringify(withFields(fields, records)), updatedAt: ctx.clock.now(), updatedBy }
        await store.updateSetRow(tx.query, id, changes)
        return { inserted, updated: records.length - inserted }
      }),

    listEvaluationRecords: async (id, page) => {
      await row(ctx.db.read, id)
      return listRecordRows(ctx.db, id, page)
    },

    deleteEvaluationRecords: (id, recordIds) =>
      ctx.db.transaction(async (tx) => {
        await row(tx.query, id)
        await store.updateSetRow(tx.query, id, { updatedAt: ctx.clock.now() })
        return store.deleteRecordRows(tx.query, id, recordIds)
      }),
  }
}

function newId(ctx: TrackingContext, prefix: string): string {
  return ctx.ids(prefix).replace('_', '-')
}

function textOf(value: Json): string | null {
  return value === null ? null : JSON.stringify(value)
}

function mergedText(before: string | null | undefined, given: object | undefined): string | null {
  if (given === undefined) return before ?? null
  return JSON.stringify({ ...(before ? (JSON.parse(before) as object) : {}), ...given })
}
