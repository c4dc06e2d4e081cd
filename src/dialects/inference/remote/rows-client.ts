import {
  type HttpWire,
  httpRefusal,
  type RemoteClient,
  type RemoteOptions,
  wrongAnswer,
} from '../../../platform/runtimes/index.ts'
import { parseLoosely } from '../loose-json.ts'
import { answerRows, isRecord, tensorsFromRows } from '../tabular.ts'
import { problemOf } from './rest-client.ts'

/**
 * KServe V1 and the REST API of TensorFlow Serving as a client: rows as `instances`, answered with `predictions`. They say
 * nothing about types, so the signature given at registration reads the answers.
 */
export function rowsClient({ runtime, outputs }: RemoteOptions, wire: HttpWire): RemoteClient {
  const { host } = new URL(runtime.url)
  const version = runtime.version === undefined ? '' : `/versions/${encodeURIComponent(runtime.version)}`
  const model = `/v1/models/${encodeURIComponent(runtime.model)}${version}`
  const headers = { 'content-type': 'application/json' }
  const answered = { name: runtime.model, inputs: outputs }
  return {
    describe: async () => ({ inputs: [], outputs: [], isBinary: false }),
    ready: async () => {
      const answer = await wire.send({ method: 'GET', path: model })
      if (answer.status !== 200) throw httpRefusal(host, answer.status, problemOf(answer))
    },
    infer: async (inputs) => {
      const body = Buffer.from(JSON.stringify({ instances: answerRows({ outputs: inputs }) }))
      const answer = await wire.send({ method: 'POST', path: `${model}:predict`, headers, body })
      if (answer.status !== 200) throw httpRefusal(host, answer.status, problemOf(answer))
      try {
        const value = parseLoosely(answer.body.toString())
        return tensorsFromRows(answered, isRecord(value) ? value.predictions : undefined)
      } catch (error) {
        throw wrongAnswer(host, error)
      }
    },
    close: wire.close,
  }
}
