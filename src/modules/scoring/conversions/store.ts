import type { Kysely } from 'kysely'
import { recordStore } from '../../../platform/db/index.ts'
import type { OnnxForm } from '../../servables/index.ts'
import type { ScoringTables } from '../tables.ts'
import type { Conversion, StartConversion } from './model.ts'

type Db = Kysely<ScoringTables>

export type FiniteColumns = OnnxForm['finite']

export interface StoredConversion extends Omit<Conversion, 'progress' | 'isUsed'> {
  /** Of the Python model. */
  readonly digest: string
  readonly request: Pick<StartConversion, 'dataset' | 'deployment'>
  readonly finite: FiniteColumns | undefined
}

export const conversions = recordStore<ScoringTables, 'serving_conversions', StoredConversion>('serving_conversions', {
  id: 'plain',
  model: 'plain',
  modelVersionId: 'plain',
  version: 'plain',
  digest: 'plain',
  request: 'json',
  state: 'plain',
  onnxDigest: 'plain',
  onnxBytes: 'number',
  finite: 'json',
  problem: 'plain',
  report: 'json',
  startedAt: 'plain',
  endedAt: 'plain',
})

export type ConversionEnd = Pick<
  StoredConversion,
  'state' | 'onnxDigest' | 'onnxBytes' | 'finite' | 'problem' | 'report'
>

/** Files of every conversion that succeeded: one that is not in use can be taken up again. */
export async function listConvertedDigests(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('serving_conversions')
    .select('onnxDigest')
    .where('onnxDigest', 'is not', null)
    .execute()
  return rows.flatMap(({ onnxDigest }) => onnxDigest ?? [])
}
