import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Compiled code is kept between the servers that tests start: each takes half the time. */
export const compileCache = { NODE_COMPILE_CACHE: join(tmpdir(), 'slipway-test-compile-cache') }
