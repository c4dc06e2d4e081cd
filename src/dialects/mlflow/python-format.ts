import { parse } from 'yaml'
import type { Json } from '../../kernel/json.ts'
import type { PythonFormat } from '../../modules/servables/index.ts'
import type { PythonParam } from '../../platform/inference/index.ts'
import { type Description, describePython, type Field, Undescribed } from '../../platform/runtimes/index.ts'
import { exampleFile, readExample } from './input-example.ts'

/**
 * Folders as MLflow writes a model (docs "Filesystem format", "Model signatures"): the file MLmodel says how it is loaded,
 * what it takes and gives, and rows that were logged with it may lie beside it.
 */
export const pythonFormat: PythonFormat = {
  file: 'MLmodel',
  words: 'a folder with an MLmodel file',
  describe: describeMlModel,
  example: { file: exampleFile, read: readExample },
}

function describeMlModel(text: string): Description {
  const file = objectOf(parse(text))
  const flavor = objectOf(objectOf(file.flavors).python_function)
  if (typeof flavor.loader_module !== 'string')
    throw new Undescribed('its MLmodel file has no python_function flavor with a loader_module')
  const loader = {
    kind: 'module',
    module: flavor.loader_module,
    data: typeof flavor.data === 'string' ? flavor.data : '',
    config: flavor.config ?? undefined,
  } as const
  const signature = objectOf(file.signature)
  const predict = typeof flavor.predict_fn === 'string' ? flavor.predict_fn : 'predict'
  const codeFolders = typeof flavor.code === 'string' ? [flavor.code] : []
  const params = fieldsOf(signature.params).map((field) => toParam(objectOf(field)))
  return describePython(
    { loader, codeFolders, predict, ...(params.length === 0 ? {} : { params }) },
    { inputs: fieldsOf(signature.inputs), outputs: fieldsOf(signature.outputs) },
  )
}

const paramTypes: Readonly<Record<string, PythonParam['type']>> = {
  string: 'string',
  integer: 'integer',
  long: 'integer',
  float: 'number',
  double: 'number',
  boolean: 'boolean',
}

function toParam({ name, type, shape, default: value }: Record<string, unknown>): PythonParam {
  const known = paramTypes[String(type).toLowerCase()] ?? 'other'
  return { name: String(name), type: known, isList: Array.isArray(shape), default: (value ?? null) as Json }
}

/** Inputs and outputs are JSON texts inside the YAML. */
function fieldsOf(text: unknown): readonly Field[] {
  const list: unknown = typeof text === 'string' ? JSON.parse(text) : (text ?? [])
  if (!Array.isArray(list)) throw new Undescribed('its signature is not a list of columns')
  return list.map(objectOf)
}

function objectOf(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}
