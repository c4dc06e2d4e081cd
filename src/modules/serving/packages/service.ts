import type { ModelRuntime } from '../../../platform/inference/index.ts'
import type { ServingContext } from '../context.ts'
import { getStored } from '../deployments/service.ts'
import type { StoredVariant } from '../deployments/store.ts'
import { servingErrors } from '../model.ts'
import type { DeploymentPackage, PackagedVariant } from './model.ts'

export function createPackages(env: ServingContext) {
  /** Throws `deployment_not_portable` when it waits for a version or a version needs more than its file. */
  async function packageDeployment(nameOrId: string): Promise<DeploymentPackage> {
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

  return { packageDeployment }
}

async function packageVariant(env: ServingContext, name: string, variant: StoredVariant): Promise<PackagedVariant> {
  const source = await env.servables.findSource(variant.digest)
  if (source.runtime !== undefined && source.runtime.kind !== 'onnx')
    throw servingErrors.deployment_not_portable({
      name,
      ...whyNot(source.runtime.kind, variant.version),
    })
  const { inputs, outputs, digest } = source
  const blob = await env.platform.blobs.find(digest)
  const finite = Object.entries(source.runtime?.converted?.finite ?? {}).map(([name, columns]) => [name, [...columns]])
  return {
    ...variant,
    digest,
    converted: source.runtime?.converted === undefined ? undefined : { finite: Object.fromEntries(finite) },
    sizeBytes: blob?.sizeBytes ?? 0,
    signature: { inputs: inputs.map(open), outputs: outputs.map(open) },
    featureNames: [...((await env.predictions.featureNames(variant.modelVersionId)) ?? source.featureNames ?? [])],
  }
}

function whyNot(
  kind: Exclude<ModelRuntime['kind'], 'onnx'>,
  version: number,
): { readonly problem: string; readonly fix: string } {
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
  const problem = `version ${version} runs in ${kind}, whose environment belongs to this machine.`
  return {
    problem,
    fix: 'Register the model as ONNX to export it, or convert it: slipway models convert <model>/<version>',
  }
}

function open<Spec extends { readonly shape: readonly number[] }>(spec: Spec) {
  return { ...spec, shape: [...spec.shape] }
}
