import { defineCommand } from '../command.ts'

/** `slipway datasets add`: files and folders of this machine as a new version of a dataset. */
export const datasetsAdd = defineCommand({
  words: ['datasets', 'add'],
  summary: 'Add local files and folders as a new version of a dataset.',
  description:
    'Creates the dataset when there is none. One folder alone stands for its content; several paths keep their own names. ' +
    'Only what the server lacks is sent, large files in pieces: after an interruption the same command continues. ' +
    'The same files as the newest version make no new one.',
  args: ['name', 'paths'],
  fields: [
    { name: 'name', kind: 'text', isRequired: true, doc: 'Name of the dataset.' },
    { name: 'paths', kind: 'text', isList: true, isRequired: true, doc: 'Files and folders.' },
    { name: 'message', kind: 'text', doc: 'What is new in this version.' },
    { name: 'metadata', kind: 'map', doc: 'What should be remembered about it: key=value.' },
    { name: 'parents', kind: 'text', isList: true, doc: 'Ids of the dataset versions it was made from.' },
  ],
  examples: [
    'slipway datasets add flights data/flights.parquet',
    'slipway datasets add images data/images --message "labels corrected"',
  ],
  run: async ({ input, terminal, transport, signal, isJson }) => {
    const { addDataset } = await import('../datasets/add-dataset.ts')
    const { renderAdded, showProgress } = await import('../datasets/transfer-report.ts')
    const progress = showProgress(terminal)
    const context = { send: (await transport()).raw, signal }
    const added = await addDataset(context, input, progress.report).finally(progress.end)
    terminal.write(`${isJson ? JSON.stringify(added) : renderAdded(added)}\n`)
    return 0
  },
})
