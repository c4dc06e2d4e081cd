import type { Check } from './check.ts'
import { dataDirectory, diskSpace } from './disk-checks.ts'
import { port } from './port-check.ts'
import { parts, runtime, webUi } from './program-checks.ts'
import { blobs, database } from './store-checks.ts'

/** In the order in which a start would meet them. */
export const checks: readonly Check[] = [runtime, parts, webUi, dataDirectory, diskSpace, database, blobs, port]
