import { defineCommand } from '../command.ts'

/** `slipway datasets download`: the files of a dataset version into a local folder. */
export const datasetsDownload = defineCommand({
  words: ['datasets', 'download'],
  summary: 'Download the files of a dataset version into a folder.',
  description:
    'Every file is verified. Files that are already there are not fetched again, and an interrupted download continues. ' +
    'Files with other content are left alone, unless --overwrite is given.',
  args: ['version', 'folder'],
  fields: [
    { name: 'version', kind: 'text', isRequired: true, doc: 'flights@3, flights@latest or the id of a version.' },
    { name: 'folder', kind: 'text', fallback: '.', doc: 'Made when it is missing.' },
    { name: 'prefix', kind: 'text', doc: 'Only files whose path begins so.' },
    { name: 'overwrite', kind: 'boolean', doc: 'Replace files that are there with other content.' },
  ],
  examples: [
    'slipway datasets download flights@1 data',
    'slipway datasets download images@latest images --prefix train/',
  ],
  run: async ({ input, terminal, transport, signal, isJson }) => {
    const { downloadDataset } = await import('../datasets/download.ts')
    const { renderDownloaded, showProgress } = await import('../datasets/transfer-report.ts')
    const options = { folder: '.', ...input }
    const progress = showProgress(terminal)
    let doneBytes = 0
    const onBytes = (bytes: number, totalBytes: number) => {
      doneBytes += bytes
      progress.report({ step: 'downloading', doneBytes, totalBytes, doneFiles: 0, totalFiles: 0 })
    }
    const context = { send: (await transport()).raw, signal, onBytes }
    const downloaded = await downloadDataset(context, options).finally(progress.end)
    terminal.write(`${isJson ? JSON.stringify(downloaded) : renderDownloaded(downloaded)}\n`)
    return 0
  },
})
