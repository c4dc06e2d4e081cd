import { parse } from 'yaml'
import type { JsonObject } from '../../kernel/json.ts'
import type { ModelFile, ModelVersion, Signature } from '../../modules/registry/index.ts'
import { placeOf, proxiedPath } from './artifact-place.ts'
import type { Mlflow } from './rpc.ts'
import { invalid, wireError } from './wire-error.ts'

/** What can be known about a version from where the client says its files are. */
export interface ModelSource {
  /** Empty when the files are somewhere else than on this server. */
  readonly files: readonly ModelFile[]
  readonly format: string
  readonly signature: Signature | undefined
  readonly metadata: JsonObject
  /** Where the source itself comes from, as far as it says. */
  readonly runId: string | undefined
  readonly loggedModelId: string | undefined
}

// The description of a model is a small YAML file; a larger one is not read.
const maxDescriptionBytes = 1024 * 1024

/**
 * Finds the files of a source on this server and reads the model's description. A version that is the source of another
 * hands on all that is known of it. Local paths of the client and models that do not exist are refused.
 */
export async function readSource(mlflow: Mlflow, source: string): Promise<ModelSource> {
  if (/^(\/|\.{0,2}\/|file:|[A-Za-z]:[\\/])/.test(source)) {
    throw invalid(
      `Invalid model version source: '${source}'. To use a local path as a model version source, the run_id request parameter has to be specified and the local path has to be contained within the artifact directory of the run specified by the run_id.`,
    )
  }
  const version = await versionAt(mlflow, source)
  if (version !== undefined) {
    const { files, format, signature, metadata, runId, loggedModelId } = version
    return { files, format, signature, metadata, runId, loggedModelId }
  }
  const logged = await loggedModelAt(mlflow, source)
  const files = await filesAt(mlflow, source)
  const description = await readDescription(mlflow, files)
  const flavors = Object.keys(objectIn(description, 'flavors'))
  return {
    files,
    format: flavors.includes('onnx') ? 'onnx' : 'python',
    signature: toSignature(objectIn(description, 'signature')),
    metadata: flavors.length === 0 ? {} : { flavors },
    runId: logged?.sourceRunId,
    loggedModelId: logged?.id,
  }
}

/** The registered version that `models:/name/1`, `models:/name@alias` or its own files name. */
async function versionAt({ registry }: Mlflow, source: string): Promise<ModelVersion | undefined> {
  const [, id] = /^versions\/(mdv_[0-9a-z]{26})\/?$/.exec(proxiedPath(source) ?? '') ?? []
  const [, name] = /^models:\/+([^/@]+(?:\/\d+|@[^/]+))\/?$/.exec(source) ?? []
  const ref = id ?? name
  const found = ref === undefined ? undefined : await registry.findVersion(ref)
  if (found === undefined && name !== undefined && !loggedModel.test(source)) throw notFound(source)
  return found
}

const loggedModel = /^models:\/(m-[\w-]+)\/?(.*)$/

async function loggedModelAt({ tracking }: Mlflow, source: string) {
  const [, id] = loggedModel.exec(source) ?? []
  if (id === undefined) return undefined
  const found = await tracking.findLoggedModel(id)
  if (found === undefined) throw notFound(source)
  return found
}

function notFound(source: string) {
  return wireError('RESOURCE_DOES_NOT_EXIST', `There is no model at the source '${source}'.`)
}

async function filesAt(mlflow: Mlflow, source: string): Promise<ModelFile[]> {
  const logged = loggedModel.exec(source)
  const ofRun = /^runs:\/+([\w-]+)\/?(.*)$/.exec(source)
  const proxied = proxiedPath(source)
  if (proxied?.split('/').includes('..')) throw invalid(`Invalid model version source: '${source}'. It climbs out.`)
  const [ownerId, path] =
    logged !== null ? [logged[1], logged[2]] : ofRun !== null ? [ofRun[1], ofRun[2]] : await ownerOf(mlflow, proxied)
  if (ownerId === undefined) return []
  const prefix = path === undefined || path === '' ? '' : `${path}/`
  const found = await mlflow.tracking.listFiles(ownerId, path)
  return found
    .filter((file) => file.path.startsWith(prefix))
    .map(({ path: whole, digest, sizeBytes }) => ({ path: whole.slice(prefix.length), digest, sizeBytes }))
}

async function ownerOf(mlflow: Mlflow, proxied: string | undefined): Promise<[string?, string?]> {
  if (proxied === undefined) return []
  const place = await placeOf(mlflow, proxied)
  return place.kind === 'owned' ? [place.ownerId, place.path] : []
}

async function readDescription(mlflow: Mlflow, files: readonly ModelFile[]): Promise<Record<string, unknown>> {
  const file = files.find((one) => one.path === 'MLmodel')
  if (file === undefined || file.sizeBytes > maxDescriptionBytes) return {}
  const text = (await mlflow.platform.blobs.bytes(file.digest)).toString()
  try {
    const value: unknown = parse(text)
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {}
  } catch {
    // A description we cannot read makes a poorer version, not a failed one: the client can still load the files.
    return {}
  }
}

function objectIn(value: Record<string, unknown>, key: string): Record<string, unknown> {
  const inner = value[key]
  return inner !== null && typeof inner === 'object' ? (inner as Record<string, unknown>) : {}
}

/** Inputs, outputs and params are JSON texts inside the YAML. */
function toSignature(signature: Record<string, unknown>): Signature | undefined {
  const columns = (key: string) => {
    const text = signature[key]
    if (typeof text !== 'string') return {}
    try {
      const list: unknown = JSON.parse(text)
      return Array.isArray(list) ? { [key]: list } : {}
    } catch {
      return {}
    }
  }
  const found = { ...columns('inputs'), ...columns('outputs'), ...columns('params') }
  return Object.keys(found).length === 0 ? undefined : (found as Signature)
}
