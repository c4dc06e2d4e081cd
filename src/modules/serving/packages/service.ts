import type { ModelRuntime } from '../../../platform/inference/index.ts'
import type { PlanEnv } from '../deployments/live-plan.ts'
import { getStored } from '../deployments/service.ts'
import type { StoredVariant } from '../deployments/store.ts'
import { servingErrors } from '../model.ts'
import { findSource } from '../models/source.ts'
import type { DeploymentPackage, PackagedVariant } from './model.ts'

/** Throws `deployment_not_portable` when it waits for a version or a version needs more than its file. */
export async function packageDeployment(env: PlanEnv, nameOrId: string): Promise<DeploymentPackage> {
  const { name, model, routing, settings, variants } = await getStored(env, nameOrId)
  if (variants.length === 0)
    throw servingErrors.deployment_not_portable({
      name,
      problem: 'no version is deployed yet.',
      fix: `slipway deploy ${name} ${model}@<alias>`,
    })
  return {
    name,
    model,
    routing: routing === undefined ? undefined : { ...routing, rules: [...routing.rules] },
    settings,
    variants: await Promise.all(variants.map((variant) => packageVariant(env, name, variant))),
  }
}

async function packageVariant(env: PlanEnv, name: string, variant: StoredVariant): Promise<PackagedVariant> {
  const source = await findSource(env, variant.digest)
  if (source.runtime !== undefined && (source.runtime.kind !== 'onnx' || source.runtime.converted !== undefined))
    throw servingErrors.deployment_not_portable({
      name,
      ...whyNot(source.runtime.kind, variant.version),
    })
  const blob = await env.platform.blobs.find(variant.digest)
  const { inputs, outputs } = source
  return {
    ...variant,
    sizeBytes: blob?.sizeBytes ?? 0,
    signature: { inputs: inputs.map(open), outputs: outputs.map(open) },
    featureNames: [...((await env.featureNames(variant.modelVersionId)) ?? source.featureNames ?? [])],
  }
}

function whyNot(kind: ModelRuntime['kind'], version: number): { readonly problem: string; readonly fix: string } {
  if (kind === 'remote')
    return {
      problem: `version ${version} is on another server.`,
      fix: 'Point its clients there, or register its file.',
    }
  if (kind === 'graph')
    return {
      problem: `version ${version} is an inference graph, and a package holds one model file.`,
      fix: 'Serve it on other hosts with slipway serve --data-plane-only.',
    }
  if (kind === 'onnx')
    return {
      problem: `version ${version} is a Python model that is served as ONNX here, with checks that a package cannot carry.`,
      fix: 'Register the ONNX file as a version of its own to export it.',
    }
  const problem = `version ${version} runs in ${kind}, whose environment belongs to this machine.`
  return { problem, fix: 'Register the model as ONNX to export it.' }
}

function open<Spec extends { readonly shape: readonly number[] }>(spec: Spec) {
  return { ...spec, shape: [...spec.shape] }
}
