import { hasCode } from '../../kernel/errors.ts'
import { type LineageDeclaration, type NodeKind, tellsLineage } from '../../kernel/lineage.ts'
import { versionCreated } from './model.ts'
import type { Registry } from './service.ts'

export const modelVersionNode: NodeKind = { kind: 'modelVersion', title: 'model version' }
/** What was found about a version by whoever judges versions: a gate, a conversion. */
export const verdictNode: NodeKind = { kind: 'verdict', title: 'verdict' }

export const registryLineage: LineageDeclaration<Registry> = {
  kinds: [modelVersionNode, verdictNode],
  events: [
    tellsLineage(versionCreated, (graph, version) => {
      const { modelVersionId, model, digest } = version
      for (const componentId of version.componentIds ?? []) graph.edge(componentId, 'composed', modelVersionId)
      graph
        .node(modelVersionNode, modelVersionId, `${model}/${version.version}`, { digest })
        .edge(version.runId, 'made', modelVersionId)
        .edge(version.stepRunId, 'made', modelVersionId)
    }),
  ],
  async resolve(registry, ref) {
    try {
      return (await registry.resolve(ref)).id
    } catch (error) {
      if (notOurs.some((code) => hasCode(error, code))) return undefined
      throw error
    }
  },
}

const notOurs = ['model_not_found', 'model_version_not_found', 'model_alias_not_found', 'model_name_invalid']
