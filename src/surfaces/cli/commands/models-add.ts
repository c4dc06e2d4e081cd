import { defineCommand } from '../command.ts'

/** `slipway models add`: files and folders of this machine as a new version of a model. */
export const modelsAdd = defineCommand({
  words: ['models', 'add'],
  summary: 'Add local files as a new version of a model: an ONNX file, a Python model, or a graph.',
  description:
    'Creates the model when there is none. One folder alone stands for its content. Only what the server lacks is sent. ' +
    'A folder with a graph.yaml is an inference graph: what it names is pinned and checked before the version is there.',
  args: ['name', 'paths'],
  fields: [
    { name: 'name', kind: 'text', isRequired: true, doc: 'Name of the model.' },
    { name: 'paths', kind: 'text', isList: true, isRequired: true, doc: 'Files and folders.' },
    { name: 'format', kind: 'text', doc: 'onnx, python, graph, files. Default: told by the names of the files.' },
    { name: 'alias', kind: 'text', doc: 'Points at the new version afterwards, such as champion.' },
    { name: 'description', kind: 'text', doc: 'What is new in this version.' },
    { name: 'tags', kind: 'map', doc: 'key=value.' },
    { name: 'signature', kind: 'json', doc: 'Inputs and outputs, where the files do not tell.' },
  ],
  examples: [
    'slipway models add flight-delay model.onnx --alias champion',
    'slipway models add shop-total graph --description "two models and their mean"',
  ],
  run: async ({ input, terminal, transport, signal, isJson }) => {
    const { addModel, renderAddedModel } = await import('../models/add-model.ts')
    const { showProgress } = await import('../datasets/transfer-report.ts')
    const progress = showProgress(terminal)
    const context = { signal, onProgress: progress.report }
    const added = await addModel(await transport(), input, context).finally(progress.end)
    terminal.write(`${isJson ? JSON.stringify(added) : renderAddedModel(added)}\n`)
    return 0
  },
})
