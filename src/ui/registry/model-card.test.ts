import { lexer, type Tokens } from 'marked'
import { expect, it } from 'vitest'
import type { ModelVersion, Run } from '../ground/wire.ts'
import { generateCard } from './model-card.ts'

const version: ModelVersion = {
  id: 'mdv_1',
  modelId: 'mdl_1',
  model: 'tide-risk',
  version: 3,
  digest: 'ab'.repeat(32),
  format: 'onnx',
  files: [],
  sizeBytes: 2500,
  status: 'ready',
  stage: 'None',
  aliases: ['champion'],
  tags: {},
  metadata: {},
  createdBy: 'ann',
  createdAt: 0,
  updatedAt: 0,
  description: '',
  signature: { inputs: [{ name: 'height', datatype: 'FP32', shape: [-1, 1] }], outputs: [] },
}
const run: Run = {
  id: 'run_1',
  experimentId: 'exp_1',
  name: 'night|run',
  status: 'FINISHED',
  lifecycle: 'active',
  startedAt: 0,
  createdBy: 'ann',
  source: { commit: '3f786850e387550fdab836ed7e6dc881de23001b' },
  metrics: [{ key: 'auc', value: 0.91234, step: 0, timestamp: 0 }],
  params: { depth: '4|5' },
  tags: {},
}

it('says what is on record, in tables that stay tables whatever the values hold', () => {
  const card = generateCard({ version, run })
  expect(card).toContain('commit `3f786850e387`')
  const texts = (cells: readonly Tokens.TableCell[]) => cells.map(({ text }) => text)
  const tables = lexer(card)
    .filter((token): token is Tokens.Table => token.type === 'table')
    .map(({ header, rows }) => ({ head: texts(header), rows: rows.map(texts) }))
  expect(tables.map(({ head }) => head[0])).toEqual(['Fact', 'Name', 'Parameter', 'Metric'])
  expect(
    tables.map(({ rows }) => rows.every((row) => row.length === tables[0]?.head.length || row.length === 3)),
  ).not.toContain(false)
  expect(tables.at(2)?.rows).toEqual([['depth', '4 5']])
  expect(tables.at(3)?.rows).toEqual([['auc', '0.9123']])
})

const { signature: _, ...bare } = version

it('leaves out what is not known and asks for what only people know', () => {
  const card = generateCard({ version: bare })
  expect(card).not.toContain('Training')
  expect(card).not.toContain('Inputs')
  expect(card).toContain('What is it for')
})
