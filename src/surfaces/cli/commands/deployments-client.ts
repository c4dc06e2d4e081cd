import { defineCommand } from '../command.ts'

/** `slipway deployments client`: typed TypeScript for callers of one deployment. */
export const deploymentsClient = defineCommand({
  words: ['deployments', 'client'],
  summary: 'Write a typed TypeScript client of a deployment: its inputs and outputs, predict and recordLabel.',
  description:
    'One readable file without dependencies, the same for the same signature. Write it again when that changes.',
  args: ['deployment'],
  fields: [
    { name: 'deployment', kind: 'text', isRequired: true, doc: 'Name or id.' },
    { name: 'to', kind: 'text', isRequired: true, doc: 'The file to write.' },
  ],
  examples: ['slipway deployments client iris --to src/iris-client.ts'],
  run: async ({ input, terminal, transport }) => {
    const { writeClient } = await import('../deployment-client/write-client.ts')
    const path = await writeClient(await transport(), { name: input.deployment, to: input.to })
    terminal.write(`${path}\n`)
    return 0
  },
})
