import { hasCode } from '../../kernel/errors.ts'
import { type LineageDeclaration, type NodeKind, tellsLineage } from '../../kernel/lineage.ts'
import { versionCreated } from './model.ts'
import type { Datasets } from './service.ts'

const datasetVersionNode: NodeKind = { kind: 'datasetVersion', title: 'dataset version' }
const fileNode: NodeKind = { kind: 'file', title: 'file' }

// A version of 20 000 images must not become 20 000 nodes: beyond this the version itself stands for its files.
const filesPerVersion = 100

export const datasetLineage: LineageDeclaration<Datasets> = {
  kinds: [fileNode, datasetVersionNode],
  events: [
    tellsLineage(versionCreated, (graph, version) => {
      const { versionId, dataset, digest, fileCount } = version
      graph.node(datasetVersionNode, versionId, `${dataset}@${version.version}`, { digest, fileCount })
      for (const parent of version.parents) graph.edge(parent, 'derived', versionId)
      graph.edge(version.stepRunId, 'made', versionId)
      if (fileCount > filesPerVersion) return
      for (const file of version.files) {
        // Known by its content: the same bytes under two names are one file.
        const id = `sha256:${file.digest}`
        graph.node(fileNode, id, file.path, { digest: file.digest }).edge(id, 'holds', versionId)
      }
    }),
  ],
  async resolve(datasets, ref) {
    try {
      return (await datasets.findVersion(ref))?.id
    } catch (error) {
      if (notOurs.some((code) => hasCode(error, code))) return undefined
      throw error
    }
  },
}

const notOurs = ['dataset_ref_invalid', 'dataset_version_not_found', 'dataset_version_deleted', 'dataset_not_found']
