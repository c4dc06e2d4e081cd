import { defineCommand } from '../command.ts'

/** `slipway deploy`: a deployment made or pointed at a version, and waited for. */
export const deploy = defineCommand({
  words: ['deploy'],
  summary: 'Make a deployment, or point it at another version, and wait until it is ready.',
  description:
    'Ends when the version is loaded, checked and live in every serving process. Running it again changes nothing. ' +
    'Ctrl-C ends the waiting, not the change.',
  args: ['name', 'model'],
  fields: [
    { name: 'name', kind: 'text', isRequired: true, doc: 'Name of the deployment: the model name clients send.' },
    {
      name: 'model',
      kind: 'text',
      isRequired: true,
      doc: 'A version by alias or number: iris@champion, iris/3; a bare name takes the champion, else the newest.',
    },
    { name: 'timeout', kind: 'number', fallback: '600', doc: 'Seconds to wait at most.' },
  ],
  examples: ['slipway deploy iris iris@champion', 'slipway deploy iris iris/3'],
  run: async ({ input, terminal, transport, signal, isJson }) => {
    const { deployAndWait } = await import('../deploy/deploy-and-wait.ts')
    return deployAndWait(await transport(), {
      name: input.name,
      model: input.model,
      timeoutMs: (input.timeout ?? 600) * 1000,
      terminal,
      signal,
      isJson,
    })
  },
})
