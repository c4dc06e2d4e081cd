import { promisify } from 'node:util'
import { gunzip, inflate } from 'node:zlib'
import { kernelErrors } from '../../../kernel/errors.ts'
import { inferenceErrors, invalidInput } from '../../inference/index.ts'

const decoders = { gzip: promisify(gunzip), deflate: promisify(inflate) }

/** Undoes Content-Encoding gzip and deflate (zlib framing), within the same limit. */
export async function decodeBody(body: Buffer, encoding: string, limitBytes: number): Promise<Buffer> {
  const decode = decoders[encoding as keyof typeof decoders]
  if (decode === undefined) throw inferenceErrors.inference_unsupported({ what: `Content-Encoding ${encoding}` })
  try {
    return await decode(body, { maxOutputLength: limitBytes })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw kernelErrors.body_too_large({ limitBytes })
    throw invalidInput(`the body is not valid ${encoding}`)
  }
}
