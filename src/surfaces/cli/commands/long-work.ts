import { defineCommand } from '../command.ts'
import type { FieldSpec } from '../manifest.ts'

const detach = {
  name: 'detach',
  kind: 'boolean',
  doc: 'Answer once it has begun, without waiting for its end.',
} as const satisfies FieldSpec

/** `slipway deployments replay`, waited for. */
export const deploymentsReplay = defineCommand({
  words: ['deployments', 'replay'],
  summary: 'Run recorded requests of a deployment through a version, and wait for what it finds.',
  description: 'Ctrl-C ends the waiting, not the replay. `replays get` shows the whole report.',
  args: ['deployment', 'ref'],
  fields: [
    { name: 'deployment', kind: 'text', isRequired: true, doc: 'Name or id.' },
    { name: 'ref', kind: 'text', isRequired: true, doc: 'The candidate: an alias, version number or id.' },
    { name: 'since', kind: 'text', fallback: '"24h"', doc: 'How far back: 24h, 90m, 7d.' },
    { name: 'from', kind: 'number', doc: 'Epoch ms; goes before `since`.' },
    { name: 'to', kind: 'number', doc: 'Epoch ms; default now.' },
    { name: 'limit', kind: 'number', fallback: '50000', doc: 'At most so many rows, the newest.' },
    detach,
  ],
  examples: ['slipway deployments replay iris 3 --since 24h'],
  run: async (context) => {
    const { startAndFollow } = await import('../long-work/follow.ts')
    const { replayKind } = await import('../long-work/kinds.ts')
    return startAndFollow(context, replayKind)
  },
})

/** `slipway batches start`, waited for. */
export const batchesStart = defineCommand({
  words: ['batches', 'start'],
  summary: 'Predict every row of a dataset version into a dataset version, and wait for it.',
  description: 'Ctrl-C ends the waiting, not the batch, which goes on behind its last part even after a restart.',
  args: ['model', 'input', 'output'],
  fields: [
    { name: 'model', kind: 'text', isRequired: true, doc: 'The version: `iris@champion`, `iris/3` or its id.' },
    {
      name: 'input',
      kind: 'text',
      isRequired: true,
      doc: 'The dataset version whose rows are predicted: `flights@3`.',
    },
    {
      name: 'output',
      kind: 'text',
      isRequired: true,
      doc: 'Dataset that gets a version with the rows and their answers.',
    },
    detach,
  ],
  examples: ['slipway batches start iris@champion flowers@latest flowers-predicted'],
  run: async (context) => {
    const { startAndFollow } = await import('../long-work/follow.ts')
    const { batchKind } = await import('../long-work/kinds.ts')
    return startAndFollow(context, batchKind)
  },
})
