import type {
  GraphRuntime,
  GraphRuntimeNode,
  ModelRuntime,
  ModelSource,
  PythonRuntime,
} from '../../platform/inference/index.ts'
import type { SourceContext } from './context.ts'
import { ensureGraphFolder } from './graphs/graph-folder.ts'
import { servableErrors } from './model.ts'
import { ensurePackageFolder } from './package-folder.ts'
import {
  findModel,
  type OnnxForm,
  type StoredGraph,
  type StoredGraphNode,
  type StoredPython,
  type StoredRuntime,
} from './stored-model.ts'

export interface FoundSource extends ModelSource {
  /** Of what is opened: the model, or the ONNX form that stands for it. */
  readonly digest: string
}

/**
 * A model that was found servable, as a process opens it: its files are there, and its environment. Throws when one of
 * them cannot be made again.
 */
export async function findSource(env: SourceContext, digest: string): Promise<FoundSource> {
  const model = await findModel(env.db.read, digest)
  if (model === undefined) throw servableErrors.model_forgotten({ digest })
  const { signature, runtime, onnxForm } = model
  const inputs = signature.inputs as ModelSource['inputs']
  const outputs = signature.outputs as ModelSource['outputs']
  if (runtime === undefined) return { path: await env.platform.blobs.localPath(digest), inputs, outputs, digest }
  return { inputs, outputs, digest, ...(await openRuntime(env, digest, { runtime, onnxForm })) }
}

type Opened = Pick<ModelSource, 'path' | 'featureNames'> & {
  readonly runtime: ModelRuntime
  /** Where it is not the model's. */
  readonly digest?: string
}

async function openRuntime(
  env: SourceContext,
  digest: string,
  { runtime, onnxForm }: { readonly runtime: StoredRuntime; readonly onnxForm: OnnxForm | undefined },
): Promise<Opened> {
  switch (runtime.kind) {
    case 'remote':
      return { path: '', runtime: { ...runtime, allowedHosts: env.remoteHosts } }
    case 'python': {
      if (onnxForm !== undefined) return openOnnxForm(env, runtime, onnxForm)
      const path = await ensurePackageFolder(env.platform, digest, runtime.files)
      const interpreter = await env.environments.ensure(runtime.requirements)
      return { path, runtime: toRuntime(env, runtime, interpreter), featureNames: runtime.featureNames }
    }
    case 'graph':
      return { path: await ensureGraphFolder(env, runtime.files), runtime: await openGraph(env, runtime) }
  }
}

async function openOnnxForm(
  { platform }: SourceContext,
  { featureNames }: StoredPython,
  { digest, finite }: OnnxForm,
): Promise<Opened> {
  return {
    path: await platform.blobs.localPath(digest),
    runtime: { kind: 'onnx', converted: { finite } },
    featureNames,
    digest,
  }
}

/** Each model of a graph as if it stood alone. */
async function openGraph(env: SourceContext, { nodes, outputs }: StoredGraph): Promise<GraphRuntime> {
  const open = async ({ runs, ...node }: StoredGraphNode): Promise<GraphRuntimeNode> => {
    return { ...node, runs: 'digest' in runs ? { model: await findSource(env, runs.digest) } : runs }
  }
  return { kind: 'graph', nodes: await Promise.all(nodes.map(open)), outputs, functions: env.functions }
}

export function toRuntime(
  { python }: Pick<SourceContext, 'python'>,
  { model }: Pick<StoredPython, 'model'>,
  interpreter: string,
): PythonRuntime {
  const { instances, threads, timeoutMs, memoryBytes } = python
  return { kind: 'python', interpreter, model, instances, threads, timeoutMs, memoryBytes }
}
