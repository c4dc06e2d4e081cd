import { defineCommand } from '../command.ts'

/** `slipway events`: what happens on the server, one line each, until Ctrl-C. */
export const events = defineCommand({
  words: ['events'],
  summary: 'Follow what happens on the server.',
  fields: [
    { name: 'types', kind: 'text', isList: true, doc: 'Only these types; registry.* takes a family.' },
    { name: 'after', kind: 'number', doc: 'Begin behind the event with this number; 0 is everything.' },
    { name: 'count', kind: 'number', doc: 'End after this many events.' },
  ],
  examples: ['slipway events --types "registry.*" --after 0'],
  run: async ({ input, terminal, transport, signal, isJson }) => {
    const { followEvents } = await import('../../../sdk/events.ts')
    const { eventSentence } = await import('../../../sdk/event-sentence.ts')
    const { types, after, count } = input
    const options = { signal, ...(types === undefined ? {} : { types }), ...(after === undefined ? {} : { after }) }
    let seen = 0
    for await (const event of followEvents(await transport(), options)) {
      const time = new Date(event.at).toISOString().slice(11, 19)
      const line = isJson
        ? JSON.stringify(event)
        : `${time}  ${event.type}  ${event.subject}  ${JSON.stringify(event.payload)}  ${eventSentence(event)}`
      terminal.write(`${line}\n`)
      seen += 1
      if (seen === count) return 0
    }
    return signal.aborted ? 130 : 0
  },
})
