import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ModelSource, PythonModel, PythonRuntime, TensorSpec } from '../platform/inference/index.ts'

/**
 * A model that needs nothing but Python: `total` is price times count, `text` says the city and `process` who answered.
 * A price of -1 raises, -2 ends the process, -3 hangs, -4 gives one row too few.
 */
const script = `
import os, sys, time

def predict(frame):
    prices, counts, cities = list(frame["price"]), list(frame["count"]), list(frame["city"])
    if -1 in prices:
        raise ValueError("a price may not be negative")
    if -2 in prices:
        os._exit(3)
    while -3 in prices:
        time.sleep(0.01)
    if -4 in prices:
        prices = prices[1:]
    known = [city if isinstance(city, str) else None for city in cities]
    return {
        "total": [float(price) * int(count) for price, count in zip(prices, counts)],
        "text": [None if city is None else "from " + city for city in known],
        "process": [os.getpid()] * len(prices),
    }
`

const inputs: readonly TensorSpec[] = [
  { name: 'price', datatype: 'FP64', shape: [-1], isColumn: true },
  { name: 'count', datatype: 'INT64', shape: [-1], isColumn: true },
  { name: 'city', datatype: 'BYTES', shape: [-1], isColumn: true, isOptional: true },
]

const outputs: readonly TensorSpec[] = [
  { name: 'total', datatype: 'FP64', shape: [-1] },
  { name: 'text', datatype: 'BYTES', shape: [-1] },
  { name: 'process', datatype: 'INT64', shape: [-1] },
]

/** Writes the model into a folder and answers how it is opened. */
export async function pythonModel(
  folder: string,
  given: {
    readonly text?: string
    readonly model?: Partial<PythonModel>
    readonly runtime?: Partial<PythonRuntime>
  } = {},
): Promise<ModelSource & { readonly runtime: PythonRuntime }> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'model.py'), given.text ?? script)
  const model: PythonModel = {
    loader: { kind: 'script', file: 'model.py' },
    codeFolders: [],
    predict: 'predict',
    call: 'frame',
    conversions: {},
    isUnnamed: false,
    output: 'predictions',
    ...given.model,
  }
  const runtime = { interpreter: 'python3', instances: 1, threads: 1, timeoutMs: 5000, ...given.runtime }
  return { path: folder, inputs, outputs, runtime: { kind: 'python', model, ...runtime } }
}
