import { errorKinds, toAppError } from '../../../kernel/errors.ts'
import type { InferenceProtocol } from '../../../platform/inference/index.ts'
import { jsonAnswer } from '../json-protocol.ts'
import { decodeName } from '../path-name.ts'
import { describeDeployment } from './document.ts'

/**
 * The OpenAPI document of one deployment, at a URL that stays: its predictions in every protocol, with the types of its own
 * signature and requests that can be sent as they stand.
 */
const path = /^\/inference\/([^/]+)\/openapi\.json$/

export const deploymentDescription: InferenceProtocol = {
  name: 'openapi',
  routes: [
    {
      method: 'GET',
      path: '/inference/{deployment}/openapi.json',
      summary: 'OpenAPI document of a deployment: its predictions in every protocol, with requests to try.',
    },
  ],
  claims: (method, given) => method === 'GET' && path.test(given),
  isPublic: () => false,
  handle: (request, core) => {
    const [, encoded = ''] = path.exec(request.path) ?? []
    return jsonAnswer(describeDeployment(core.model(decodeName(encoded))))
  },
  toError: (error) => {
    const failure = toAppError(error)
    return jsonAnswer({ error: failure.message }, errorKinds[failure.kind].http)
  },
}
