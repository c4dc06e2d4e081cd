import { expect, it } from 'vitest'
import { messages } from './event-stream.ts'

async function read(...chunks: string[]) {
  const body = streamOf(chunks)
  const found = []
  for await (const message of messages(body)) found.push(message)
  return found
}

function streamOf(chunks: readonly string[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(encoder.encode(chunk))
      controller.close()
    },
  })
}

it('reads an event with its id and data', async () => {
  expect(await read('id: 7\nevent: datasets.version.created\ndata: {"seq":7}\n\n')).toEqual([
    { id: '7', data: '{"seq":7}' },
  ])
})

it('joins an event that arrives in pieces, cut inside a line', async () => {
  expect(await read('id: 1\nda', 'ta: {"a"', ':1}\n', '\nid: 2\ndata: x\n\n')).toEqual([
    { id: '1', data: '{"a":1}' },
    { id: '2', data: 'x' },
  ])
})

it('ignores comments, joins data lines and drops an unfinished message', async () => {
  expect(await read(': keep-alive\n\ndata: a\ndata: b\n\ndata: cut')).toEqual([
    { id: undefined, data: '' },
    { id: undefined, data: 'a\nb' },
  ])
})
