import { defineCommand } from '../command.ts'

/** `slipway apply`: the project file with the code beside it, as the server should have them. */
export const apply = defineCommand({
  words: ['apply'],
  summary: 'Apply slipway.yaml: datasets, pipelines, gates, deployments, monitors and policies.',
  description:
    'Uploads the code beside the file (what Git would track, without what .slipwayignore names) as far as the server lacks it. ' +
    'The whole file is checked before anything changes; applying it again changes nothing.',
  args: ['file'],
  fields: [{ name: 'file', kind: 'text', fallback: 'slipway.yaml', doc: 'The project file.' }],
  examples: ['slipway apply', 'slipway apply examples/flights/slipway.yaml'],
  run: async ({ input, terminal, transport, isJson }) => {
    const { applyProject, renderApplication } = await import('../apply/apply-project.ts')
    const result = await applyProject((await transport()).raw, input.file ?? 'slipway.yaml')
    terminal.write(`${isJson ? JSON.stringify(result.application) : renderApplication(result)}\n`)
    return 0
  },
})
