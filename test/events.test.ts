import { expect, it } from 'vitest'
import { z } from 'zod'
import { modules } from '../src/app.ts'
import { fieldsIn } from '../src/sdk/event-sentence.ts'

const events = modules.flatMap(({ events: definitions }) => definitions)

it('has a sentence for every event that can always be said', () => {
  const untold = events.filter(({ sentence, payload }) => {
    const { required = [] } = z.toJSONSchema(payload, { io: 'output', unrepresentable: 'any' })
    // What stands in brackets is left out with its field.
    const last =
      [sentence]
        .flat()
        .at(-1)
        ?.replace(/\[[^\]]*\]/g, '') ?? ''
    return last === '' || fieldsIn(last).some((field) => !required.includes(field))
  })
  expect(events.length).toBeGreaterThan(40)
  expect(untold.map(({ type }) => type)).toEqual([])
})

it('speaks in sentences of fields that the payload has', () => {
  const wrong = events.flatMap(({ type, sentence, stream, payload }) => {
    const { properties = {} } = z.toJSONSchema(payload, { io: 'output', unrepresentable: 'any' })
    const fields = [...[sentence].flat().flatMap(fieldsIn), ...(stream === undefined ? [] : [stream])]
    return fields.filter((field) => !(field in properties)).map((field) => `${type}: ${field}`)
  })
  expect(wrong).toEqual([])
})
