import { isAppError } from '../../../kernel/errors.ts'
import type { NodeSpecs } from '../../../platform/runtimes/index.ts'
import type { Component, ModelVersion, ReadFormat } from '../../registry/index.ts'
import type { ServableContext } from '../context.ts'
import { servableErrors } from '../model.ts'
import { findModelFiles } from '../model-files.ts'
import { describePythonModel } from '../python-model.ts'
import { toServable } from '../servable.ts'
import { findSignature } from '../stored-model.ts'
import { drawGraph } from './drawing.ts'
import { examine, readDefinition } from './examine.ts'

/**
 * Reads the files of a graph before it becomes a version: references to models are resolved once and for all, functions are
 * loaded, and every edge is checked. Throws `graph_invalid` with all problems.
 */
export function graphReader(env: ServableContext): ReadFormat {
  return async ({ files }) => {
    const { definition, problems } = await readDefinition(env, files)
    if (definition === undefined) throw invalid(problems)
    const components: Component[] = []
    const models = new Map<string, NodeSpecs>()
    const unusable: string[] = []
    for (const { name, runs } of definition.nodes) {
      if (!('model' in runs)) continue
      try {
        const version = await env.registry.resolve(runs.model)
        components.push({ node: name, modelVersionId: version.id, ref: `${version.model}/${version.version}` })
        models.set(name, await specsOf(env, version))
      } catch (error) {
        if (!(error instanceof Error) || (isAppError(error) && error.retryable)) throw error
        unusable.push(`nodes.${name}.model: ${[error.message, isAppError(error) ? error.hint : ''].join(' ').trim()}`)
      }
    }
    const examined = await examine(env, definition, { files, models })
    const all = [...unusable, ...examined.problems]
    if (all.length > 0) throw invalid(all)
    const toColumn = ({ name, datatype, shape }: NodeSpecs['inputs'][number]) => ({
      name,
      type: datatype,
      shape: [...shape],
    })
    const signature = { inputs: examined.inputs.map(toColumn), outputs: examined.outputs.map(toColumn) }
    const specs = new Map<string, NodeSpecs>([...models, ...examined.functions])
    const graph = drawGraph(definition, { specs, outputs: examined.outputs, components })
    return { signature, components, metadata: { graph } }
  }
}

function invalid(problems: readonly string[]): Error {
  return servableErrors.graph_invalid({ count: problems.length, problems: problems.join('\n') })
}

/**
 * What a version takes and gives, as far as it is known at once: the environment of a Python model is built when the graph
 * is deployed, not while it is registered. Until then its own description is believed.
 */
async function specsOf(env: ServableContext, version: ModelVersion): Promise<NodeSpecs> {
  const files = findModelFiles(version, env.pythonFormats)
  const known = (await findSignature(env.db.read, files.digest)) as NodeSpecs | undefined
  if (known !== undefined) return known
  if (files.kind === 'python') {
    const { model, inputs, outputs } = await describePythonModel(env, version, files)
    // The width of a matrix without a signature is only known to the loaded model.
    return { inputs, outputs: model.call === 'matrix' ? [] : outputs }
  }
  const { digest } = await toServable(env, version, { weight: 0 })
  return (await findSignature(env.db.read, digest)) as NodeSpecs
}
