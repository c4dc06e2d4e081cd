import { defineCommand } from '../command.ts'

/** `slipway models reproduce`: whether a version comes out again from what was recorded when it was made. */
export const modelsReproduce = defineCommand({
  words: ['models', 'reproduce'],
  summary: 'Run the pipeline that made a version again, from the same code, data and parameters, and compare.',
  description:
    'Ends with 0 when the files are the same or every metric is within the tolerance, with 1 when not. Nothing is ' +
    'published. Ctrl-C ends the waiting, not the run.',
  args: ['version'],
  fields: [
    { name: 'version', kind: 'text', isRequired: true, doc: 'flight-delay@champion, flight-delay/3, or an id.' },
    {
      name: 'tolerance',
      kind: 'number',
      fallback: '0.000001',
      doc: 'Largest relative difference of a metric that counts as equal.',
    },
  ],
  examples: [
    'slipway models reproduce flight-delay@champion',
    'slipway models reproduce iris/3 --tolerance 0.01 --json',
  ],
  run: async ({ input, terminal, transport, signal, isJson, render }) => {
    const { reproduceAndWait } = await import('../models/reproduce-and-wait.ts')
    const { version, tolerance } = input
    return reproduceAndWait(await transport(), {
      version,
      ...(tolerance === undefined ? {} : { tolerance }),
      terminal,
      signal,
      isJson,
      render,
    })
  },
})
