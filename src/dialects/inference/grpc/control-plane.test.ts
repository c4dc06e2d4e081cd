import { createServer } from 'node:http'
import { type ClientHttp2Session, connect } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { accessRules, createAccess } from '../../../platform/auth/index.ts'
import { plannedCore } from '../../../platform/data-plane/index.ts'
import { type ProtoValue, protoCodec, shareWithHttp2 } from '../../../platform/grpc/index.ts'
import { systemClock } from '../../../platform/runtime/index.ts'
import { createGrpc } from '../../../surfaces/grpc/index.ts'
import { planVariant, type TestDataPlane, testDataPlane } from '../../../testing/data-plane.ts'
import { logisticModel } from '../../../testing/onnx-model.ts'
import { controlGrpc } from './control-plane.ts'
import { inferenceProto } from './proto-file.ts'

/** A control plane that keeps its port, as where a port cannot be shared: first without a worker, then with one. */
let plane: TestDataPlane
const services = controlGrpc({
  inference: async () => {
    const socketPath = plane.plane.inferenceSocket()
    return socketPath === undefined ? { core: plannedCore(await plane.plane.plan()) } : { socketPath }
  },
})
const http2 = createGrpc({
  owned: [{ owner: 'dialect inference', services }],
  access: createAccess(accessRules({ host: '127.0.0.1', allowedHosts: [], token: undefined })),
  clock: systemClock,
  limitBytes: 1024 * 1024,
})
const web = createServer()
let url = ''

beforeAll(async () => {
  plane = await testDataPlane({ workers: 1, control: (_request, response) => response.end() })
  shareWithHttp2(web, (socket) => http2?.accept(socket, 'public port'))
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(web.address() as AddressInfo).port}`
})
afterAll(async () => {
  http2?.drain()
  await plane.stop()
  web.close()
})

const codec = protoCodec(inferenceProto)
const row = Buffer.from(Float32Array.of(0.9, 0.1).buffer)
const request = {
  model_name: 'demo',
  inputs: [{ name: 'features', datatype: 'FP32', shape: [1, 2] }],
  raw_input_contents: [row],
}

/** Status and message, or the reset that sends the call elsewhere. */
async function infer(session: ClientHttp2Session): Promise<{ status: string; message: ProtoValue | undefined }> {
  const path = '/inference.GRPCInferenceService/ModelInfer'
  const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc' })
  const chunks: Buffer[] = []
  let status = 'none'
  const read = (headers: { 'grpc-status'?: unknown }) => {
    if (headers['grpc-status'] !== undefined) status = String(headers['grpc-status'])
  }
  stream.on('response', read)
  stream.on('trailers', read)
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  stream.on('error', () => {})
  stream.end(codec.encode('ModelInferRequest', request).frame())
  await new Promise((resolve) => stream.on('close', resolve))
  const body = Buffer.concat(chunks)
  const message = body.byteLength > 5 ? codec.decode('ModelInferResponse', body.subarray(5)) : undefined
  return { status, message }
}

it('answers itself while no worker runs, sends its clients away when one does, and then passes connections on', async () => {
  const early = connect(url)
  expect(await infer(early)).toEqual({ status: '5', message: undefined })
  const variant = await planVariant(plane.folder, logisticModel([6, -6], 0), { version: '1' })
  await plane.plane.apply({ version: 1, deployments: [{ name: 'demo', salt: 's', variants: [variant] }] })
  const closed = new Promise((resolve) => early.on('close', resolve))
  const away = { status: 'none', message: undefined }
  expect(await Promise.all([infer(early), infer(early), infer(early)])).toEqual([away, away, away])
  await closed

  const late = connect(url)
  const { status, message } = await infer(late)
  const [label] = (message?.raw_output_contents ?? []) as Buffer[]
  expect([status, label?.readBigInt64LE(0)]).toEqual(['0', 1n])
  const gone = new Promise((resolve) => late.on('close', resolve))
  await plane.plane.stop()
  await gone
})
