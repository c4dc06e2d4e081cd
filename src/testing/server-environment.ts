import { baseChildEnvironment, ownEnvironment } from '../platform/runtime/index.ts'

/** Variables of a server that a test starts: what every child gets, none of the settings of whoever runs the tests. */
export function serverEnvironment(fault?: string): Record<string, string> {
  return { ...baseChildEnvironment(), ...ownEnvironment(), ...(fault === undefined ? {} : { SLIPWAY_FAULT: fault }) }
}
