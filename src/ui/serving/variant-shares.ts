import type { Deployment } from '../ground/wire.ts'
import type { TrafficShare } from '../kit/traffic-bar.tsx'

/** The variants of a deployment for a traffic bar. */
export function sharesOf(deployment: Deployment): readonly TrafficShare[] {
  return deployment.variants.map(({ name, weight, version }) => {
    const detail = `v${version}`
    return { name, weight, ...(name === detail ? {} : { detail }) }
  })
}
