import { createGrpcClient } from '../../../platform/grpc/index.ts'
import { checkHost, type OpenRemote, openHttpWire } from '../../../platform/runtimes/index.ts'
import { grpcClient } from './grpc-client.ts'
import { restClient } from './rest-client.ts'
import { rowsClient } from './rows-client.ts'

/** As large as the largest tensor of 32-bit values that a request may carry. */
const answerBytes = 256 * 1024 * 1024

/** Models on other servers, in the protocols that this server speaks itself. The URL's scheme chooses REST or gRPC. */
export const openRemote: OpenRemote = (options) => {
  const { runtime, authorization } = options
  const { url, connections, timeoutMs } = runtime
  const lookup = checkHost(runtime)
  if (/^grpcs?:/.test(url)) {
    const metadata: Record<string, string> = authorization === undefined ? {} : { authorization }
    const authority = url.replace(/^grpc/, 'http')
    return grpcClient(runtime, createGrpcClient({ authority, timeoutMs, limitBytes: answerBytes, metadata, lookup }))
  }
  const wire = openHttpWire({ url, connections, timeoutMs, answerBytes, authorization, lookup })
  return runtime.protocol === 'v1' ? rowsClient(options, wire) : restClient(runtime, wire)
}
