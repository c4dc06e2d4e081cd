import { describe, expect, it } from 'vitest'
import { modules } from '../../app.ts'
import { ChangeBuilder } from '../../kernel/lineage.ts'
import { nodeKinds } from './entries.ts'
import { renderTree } from './tree.ts'
import { type GraphReader, walk } from './walk.ts'

const declared = modules.flatMap(({ declares }) => declares ?? [])
const kinds = nodeKinds(declared)
const kind = (name: string) => kinds.get(name) ?? expect.fail(`nobody declares ${name}`)
const fileId = (digest: string) => `sha256:${digest}`

/** raw file -> flights@1 -> features step -> features@1 -> train step -> run -> model/1 -> deployment, alert -> decision -> second run. */
const story = new ChangeBuilder(0)
  .node(kind('file'), fileId('aa'), 'jan.parquet')
  .node(kind('datasetVersion'), 'dsv_1', 'flights@1')
  .node(kind('stepRun'), 'str_1', 'features')
  .node(kind('datasetVersion'), 'dsv_2', 'features@1')
  .node(kind('stepRun'), 'str_2', 'train')
  .node(kind('run'), 'run_1', 'run_1')
  .node(kind('modelVersion'), 'mdv_1', 'delay/1')
  .node(kind('deployment'), 'dep_1', 'delay')
  .node(kind('alert'), 'alr_1', 'drift')
  .node(kind('decision'), 'dec_1', 'keep-fresh: started')
  .node(kind('pipelineRun'), 'plr_2', 'train')
  .node(kind('stepRun'), 'str_3', 'train')
  .node(kind('modelVersion'), 'mdv_2', 'delay/2')
  .edge(fileId('aa'), 'holds', 'dsv_1')
  .edge('dsv_1', 'read', 'str_1')
  .edge('str_1', 'made', 'dsv_2')
  .edge('dsv_2', 'read', 'str_2')
  .edge('str_2', 'logged', 'run_1')
  .edge('run_1', 'made', 'mdv_1')
  .edge('mdv_1', 'served', 'dep_1')
  .edge('mdv_1', 'raised', 'alr_1')
  .edge('alr_1', 'led', 'dec_1')
  .edge('dec_1', 'started', 'plr_2')
  .edge('plr_2', 'started', 'str_3')
  .edge('str_3', 'made', 'mdv_2')

const reader: GraphReader = {
  nodes: async (ids) => story.nodes.filter((node) => ids.includes(node.id)),
  edges: async (end, ids) => story.edges.filter((edge) => ids.includes(edge[end])),
}
const ids = (graph: { nodes: readonly { id: string }[] }) => graph.nodes.map((node) => node.id).sort()
const whole = { maxDepth: 100, maxNodes: 100 }

describe('walking the graph', () => {
  it('goes back from a model to the raw file', async () => {
    const graph = await walk(reader, 'mdv_1', { direction: 'back', ...whole })
    expect(ids(graph)).toEqual(['dsv_1', 'dsv_2', 'mdv_1', 'run_1', fileId('aa'), 'str_1', 'str_2'])
    expect(graph.isCut).toBe(false)
  })

  it('goes forward from the raw file along data, not along causes', async () => {
    const graph = await walk(reader, fileId('aa'), { direction: 'forward', ...whole })
    expect(ids(graph)).toContain('dep_1')
    expect(ids(graph)).not.toContain('mdv_2')
  })

  it('tells why a retraining was started, and stops at the alert', async () => {
    const graph = await walk(reader, 'mdv_2', { direction: 'back', ...whole })
    expect(ids(graph)).toEqual(['alr_1', 'dec_1', 'mdv_2', 'plr_2', 'str_3'])
  })

  it('says when the graph was larger than the limit', async () => {
    const graph = await walk(reader, 'mdv_1', { direction: 'back', maxDepth: 2, maxNodes: 100 })
    expect(graph.isCut).toBe(true)
    expect((await walk(reader, 'mdv_1', { direction: 'back', maxDepth: 100, maxNodes: 3 })).isCut).toBe(true)
  })
})

describe('the tree in text', () => {
  it('reads from the model down to the file', async () => {
    const graph = await walk(reader, 'mdv_1', { direction: 'back', ...whole })
    expect(renderTree(graph, 'back', declared).split('\n')).toEqual([
      'model version delay/1  [mdv_1]',
      '└─ made by run  [run_1]',
      '   └─ of step train  [str_2]',
      '      └─ reading dataset version features@1  [dsv_2]',
      '         └─ made by step features  [str_1]',
      '            └─ reading dataset version flights@1  [dsv_1]',
      '               └─ with file jan.parquet  [sha256:aa]',
    ])
  })

  it('describes what stands twice once', async () => {
    const diamond = new ChangeBuilder(0)
      .node(kind('modelVersion'), 'm', 'm/1')
      .node(kind('run'), 'r', 'r')
      .node(kind('stepRun'), 's', 'train')
      .edge('r', 'made', 'm')
      .edge('s', 'made', 'm')
      .edge('s', 'logged', 'r')
    const text = renderTree({ root: 'm', nodes: diamond.nodes, edges: diamond.edges, isCut: false }, 'back', declared)
    expect(text.match(/step train/g)).toHaveLength(2)
    expect(text.match(/\(above\)/g)).toHaveLength(1)
  })

  it('tells a version of many files by its first few', () => {
    const many = new ChangeBuilder(0).node(kind('datasetVersion'), 'v', 'images@1')
    for (let i = 0; i < 30; i++) many.node(kind('file'), fileId(`${i}`), `${i}.png`).edge(fileId(`${i}`), 'holds', 'v')
    const lines = renderTree({ root: 'v', nodes: many.nodes, edges: many.edges, isCut: false }, 'back', declared).split(
      '\n',
    )
    expect(lines).toHaveLength(6)
    expect(lines.at(-1)).toBe('└─ and 26 more files')
  })
})
