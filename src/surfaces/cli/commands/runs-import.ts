import { defineCommand } from '../command.ts'

/** `slipway runs import tensorboard`: event files of other tools as runs. */
export const runsImportTensorboard = defineCommand({
  words: ['runs', 'import', 'tensorboard'],
  summary: 'Import TensorBoard event files: each folder that has any becomes a run.',
  description:
    'Scalars become metrics, histograms their min, max, mean and stddev, texts and images files, hparams parameters. ' +
    'Repeating it imports only what is new. With --follow it stays and imports what a training writes, until Ctrl-C.',
  args: ['folder'],
  fields: [
    { name: 'folder', kind: 'text', isRequired: true, doc: 'The log directory; folders within it count too.' },
    { name: 'experiment', kind: 'text', fallback: 'Default', doc: 'Name of the experiment; made when there is none.' },
    { name: 'follow', kind: 'boolean', doc: 'Stay and import what is written meanwhile.' },
  ],
  examples: [
    'slipway runs import tensorboard logs --experiment churn',
    'slipway runs import tensorboard logs --follow',
  ],
  run: async ({ input, terminal, transport, signal, isJson }) => {
    const { importFolder } = await import('../tensorboard/import-folder.ts')
    return importFolder(await transport(), {
      folder: input.folder,
      experiment: input.experiment ?? 'Default',
      isFollowing: input.follow === true,
      signal,
      terminal,
      isJson,
    })
  },
})
