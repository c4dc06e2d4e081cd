import type { Kysely } from 'kysely'
import type { Feed, GraphFunction, PythonModel, RemoteModel } from '../../platform/inference/index.ts'
import type { Requirements } from '../../platform/runtimes/index.ts'
import type { ModelSignature } from './model.ts'
import type { ServableTables } from './tables.ts'

/** How a model is run, as kept: all that is needed to make it runnable again on another day or machine. */
export type StoredRuntime = StoredPython | StoredGraph | StoredRemote

export interface StoredGraph {
  readonly kind: 'graph'
  readonly files: readonly PackageFile[]
  readonly nodes: readonly StoredGraphNode[]
  readonly outputs: readonly Feed[]
}

export interface StoredGraphNode {
  readonly name: string
  readonly inputs: readonly Feed[]
  /** `digest`: of another stored model. */
  readonly runs: { readonly digest: string } | GraphFunction
}

/** Where it is; nothing of it is here. */
export interface StoredRemote extends RemoteModel {
  readonly kind: 'remote'
}

export interface StoredPython {
  readonly kind: 'python'
  readonly files: readonly PackageFile[]
  readonly model: PythonModel
  readonly requirements: Requirements
  readonly featureNames?: readonly string[] | undefined
}

/** A file of a model's folder. */
export interface PackageFile {
  readonly path: string
  readonly digest: string
}

export interface StoredModel {
  readonly digest: string
  readonly signature: ModelSignature
  /** Absent: one ONNX file, whose digest is the model's. */
  readonly runtime?: StoredRuntime | undefined
  /** Of a Python model: what is loaded in its place. */
  readonly onnxForm?: OnnxForm | undefined
}

/** A file that answers as a Python model does. */
export interface OnnxForm {
  readonly conversionId: string
  readonly digest: string
  /** By input: columns in which no number may be missing. */
  readonly finite: Readonly<Record<string, readonly number[]>>
}

type Db = Kysely<ServableTables>

export async function findModel(db: Db, digest: string): Promise<StoredModel | undefined> {
  const row = await db.selectFrom('serving_models').selectAll().where('digest', '=', digest).executeTakeFirst()
  if (row === undefined) return undefined
  const [runtime, onnxForm] = [row.runtime, row.onnxForm].map((json) => (json === null ? undefined : JSON.parse(json)))
  return { digest, signature: JSON.parse(row.signature), runtime, onnxForm }
}

export async function findSignature(db: Db, digest: string): Promise<ModelSignature | undefined> {
  return (await findModel(db, digest))?.signature
}

/** By digest, of those that are known. */
export async function findSignatures(db: Db, digests: readonly string[]): Promise<ReadonlyMap<string, ModelSignature>> {
  if (digests.length === 0) return new Map()
  const query = db.selectFrom('serving_models').select(['digest', 'signature']).where('digest', 'in', digests)
  return new Map((await query.execute()).map(({ digest, signature }) => [digest, JSON.parse(signature)]))
}

export async function saveModel(
  db: Db,
  model: Omit<StoredModel, 'onnxForm'> & { readonly checkedAt: number },
): Promise<void> {
  const { digest, signature, runtime, checkedAt } = model
  await db
    .insertInto('serving_models')
    .values({
      digest,
      signature: JSON.stringify(signature),
      runtime: runtime === undefined ? null : JSON.stringify(runtime),
      onnxForm: null,
      checkedAt,
    })
    .onConflict((conflict) => conflict.column('digest').doNothing())
    .execute()
}
