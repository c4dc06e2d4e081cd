import { type ClientHttp2Session, connect } from 'node:http2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ProtoValue, protoCodec } from '../../../platform/grpc/index.ts'
import { type ServingApp, servingApp } from '../../../testing/serving-app.ts'
import { inferenceProto } from './proto-file.ts'

/** The generic codec stands on the client's side of the messages that the server reads and writes by hand. */
const codec = protoCodec(inferenceProto)
const rows = [0.9, 0.1, 0.2, 0.7]
const contents = { fp32_contents: rows }
const input = { name: 'features', datatype: 'FP32', shape: [2, 2] }
const request = { model_name: 'demo', inputs: [{ ...input, contents }] }

interface Answered {
  readonly status: string
  readonly problem: string
  readonly messages: readonly ProtoValue[]
}

describe('inference over gRPC', () => {
  let app: ServingApp
  let session: ClientHttp2Session
  beforeAll(async () => {
    app = await servingApp()
    await app.register([6, -6])
    await app.serving.applyDeployment({ name: 'demo', model: 'demo/1' })
    session = connect(app.url)
  })
  afterAll(async () => {
    session.destroy()
    await app.dispose()
  })

  async function call(method: string, ...given: readonly ProtoValue[]): Promise<Answered> {
    const [input = '', output = ''] = inferenceProto.services.GRPCInferenceService?.[method] ?? []
    const stream = session.request({
      ':method': 'POST',
      ':path': `/inference.GRPCInferenceService/${method}`,
      'content-type': 'application/grpc',
    })
    const chunks: Buffer[] = []
    let status: Record<string, unknown> = {}
    stream.on('response', (headers) => (status = headers))
    stream.on('trailers', (headers) => (status = headers))
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    for (const message of given) stream.write(codec.encode(input, message).frame())
    stream.end()
    await new Promise((resolve) => stream.on('close', resolve))
    return {
      status: String(status['grpc-status']),
      problem: decodeURIComponent(String(status['grpc-message'] ?? '')),
      messages: cut(Buffer.concat(chunks)).map((frame) => codec.decode(output, frame)),
    }
  }

  it('reads typed and raw contents alike and always answers raw', async () => {
    const raw = Buffer.from(Float32Array.from(rows).buffer)
    const answers = await Promise.all([
      call('ModelInfer', {
        ...request,
        id: 'mine',
        parameters: { event_time: { string_param: '2001-02-03T04:05:06Z' } },
      }),
      call('ModelInfer', { ...request, id: 'mine', inputs: [input], raw_input_contents: [raw] }),
    ])
    for (const { status, messages } of answers) {
      const [message] = messages as [Record<string, unknown>]
      expect([status, message.id, message.model_name, message.model_version]).toEqual(['0', 'mine', 'demo', '1'])
      const [labels] = message.raw_output_contents as [Buffer]
      expect([labels.readBigInt64LE(0), labels.readBigInt64LE(8)]).toEqual([1n, 0n])
    }
    const { parameters } = answers[0].messages[0] as { parameters: Record<string, { string_param: string }> }
    const stored = await app.predictions.getPrediction(`${parameters.prediction_id?.string_param}.1`)
    expect(stored).toMatchObject({ eventAt: Date.UTC(2001, 1, 3, 4, 5, 6), outputs: { label: 0 } })
  })

  it('streams answers in the order of the requests, errors among them, and says which is the last of a request', async () => {
    const wrong = { ...request, id: 'wrong', inputs: [{ ...input, shape: [4, 1], contents }] }
    const asksForEnd = { ...request, parameters: { triton_enable_empty_final_response: { bool_param: true } } }
    const { status, messages } = await call('ModelStreamInfer', asksForEnd, wrong, { ...request, id: 'third' })
    expect(status).toBe('0')
    expect(messages).toMatchObject([
      { error_message: '', infer_response: { parameters: { triton_final_response: { bool_param: true } } } },
      { error_message: expect.stringContaining('Expected [-1, 2], got [4, 1]'), infer_response: { id: 'wrong' } },
      { error_message: '', infer_response: { id: 'third' } },
    ])
  })

  it.each([
    [
      'too few values',
      { inputs: [{ ...input, contents: { fp32_contents: [1] } }] },
      '3',
      /got 1 values in fp32_contents/,
    ],
    ['too many values', { inputs: [{ ...input, shape: [1, 2], contents }] }, '3', /got 4 values/],
    ['values of another kind', { inputs: [{ ...input, contents: { int_contents: [1] } }] }, '3', /fp32_contents only/],
    ['FP16 in typed contents', { inputs: [{ ...input, datatype: 'FP16', contents }] }, '3', /raw_input_contents/],
    ['a negative timeout', { parameters: { timeout: { int64_param: -1 } } }, '3', /timeout must be/],
    [
      'shared memory',
      { inputs: [{ ...input, parameters: { shared_memory_region: { string_param: 'x' } } }] },
      '12',
      /Shared/,
    ],
  ] as const)('refuses %s', async (_what, change, status, problem) => {
    const answer = await call('ModelInfer', { ...request, ...change })
    expect(answer).toMatchObject({ status, problem: expect.stringMatching(problem) })
  })

  it('answers that a model or version that is not there is not ready, as clients ask that wait for one', async () => {
    const ready = async (name: string, version = '') => (await call('ModelReady', { name, version })).messages[0]
    expect(await ready('demo')).toEqual({ ready: true })
    expect(await ready('demo', '1')).toEqual({ ready: true })
    expect(await ready('demo', '9')).toEqual({ ready: false })
    expect(await ready('nobody')).toEqual({ ready: false })
  })

  it('loads what is deployed already and refuses to change it', async () => {
    expect((await call('RepositoryModelLoad', { model_name: 'demo' })).status).toBe('0')
    // KServe's message has the name in field 1.
    expect((await call('RepositoryModelLoad', { repository_name: 'demo' })).status).toBe('0')
    const config = { model_name: 'demo', parameters: { config: { string_param: '{}' } } }
    expect(await call('RepositoryModelLoad', config)).toMatchObject({
      status: '14',
      problem: expect.stringContaining('not allowed'),
    })
    expect(await call('RepositoryModelUnload', { model_name: 'demo' })).toMatchObject({ status: '14' })
    expect((await app.request('POST', '/v2/repository/models/demo/load', {})).status).toBe(200)
    expect((await app.request('POST', '/v2/repository/any/models/nobody/load')).body.error).toContain('failed to load')
    expect((await app.request('POST', '/v2/repository/models/demo/unload')).status).toBe(503)
  })
})

function cut(bytes: Buffer): Buffer[] {
  const messages: Buffer[] = []
  for (let at = 0; at < bytes.byteLength; ) {
    const end = at + 5 + bytes.readUInt32BE(at + 1)
    messages.push(bytes.subarray(at + 5, end))
    at = end
  }
  return messages
}
