import { z } from 'zod'
import {
  type DeclaredEntry,
  defineSection,
  type Reference,
  type Resource,
  type SectionField,
} from '../../kernel/resource.ts'
import { Canary, Deliver, type PolicyDefinition, Retrain } from './model.ts'
import type { Automation } from './service.ts'

/** How a new version takes over is said beside the deployment, once for all policies that deliver there. */
export const deploymentCanary: SectionField<Canary | undefined> = {
  section: 'deployments',
  key: 'canary',
  schema: Canary.strict().optional().describe('How a new version takes over; used by the policies that deliver here.'),
}

const PolicySection = z
  .strictObject({
    retrain: Retrain.strict().optional(),
    deliver: Deliver.extend({ canary: Canary.strict().optional().describe('Default: that of the deployment.') })
      .strict()
      .optional(),
  })
  .refine((policy) => policy.retrain !== undefined || policy.deliver !== undefined, 'needs retrain, deliver or both')
type PolicySection = z.output<typeof PolicySection>

/** `policies` in slipway.yaml. */
export const policyResource: Resource<Automation> = {
  noun: 'policy',
  find: (automation, name) => automation.getPolicy(name),
  section: defineSection({
    key: 'policies',
    schema: PolicySection,
    refersTo: ['monitor', 'pipeline', 'model', 'gate', 'deployment'],
    references: policyReferences,
    check: (declared) => {
      const { deliver } = declared.entry
      if (deliver === undefined || canaryOf(declared) !== undefined) return []
      const message = `has no canary: write one here or under deployments.${deliver.deployment}`
      return [{ path: ['deliver'], message }]
    },
    apply: (automation: Automation, declared) => automation.applyPolicy(toDefinition(declared)),
    decides: ['retrain', 'deliver'],
  }),
}

function canaryOf({ entry: { deliver }, added }: DeclaredEntry<PolicySection>): Canary | undefined {
  return deliver?.canary ?? (deliver && added(deploymentCanary, deliver.deployment))
}

/** A policy as its module takes it: the canary comes from the deployment unless the policy has its own. */
export function toDefinition(declared: DeclaredEntry<PolicySection>): PolicyDefinition {
  const { retrain, deliver } = declared.entry
  const canary = canaryOf(declared)
  return {
    name: declared.name,
    retrain,
    deliver: deliver === undefined || canary === undefined ? undefined : { ...deliver, canary },
  }
}

function policyReferences({ retrain, deliver }: PolicySection): Reference[] {
  const references: Reference[] = (retrain?.on ?? []).map((name, i) => ({
    path: ['retrain', 'on', i],
    noun: 'monitor',
    name,
  }))
  if (retrain !== undefined)
    references.push({ path: ['retrain', 'pipeline'], noun: 'pipeline', name: retrain.pipeline })
  for (const noun of ['model', 'pipeline', 'gate', 'deployment'] as const)
    if (deliver !== undefined) references.push({ path: ['deliver', noun], noun, name: deliver[noun] })
  return references
}
