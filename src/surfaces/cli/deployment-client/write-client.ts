import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { defineErrors } from '../../../kernel/errors.ts'
import { type Deployment, type DeploymentPackage, isSlipwayError, type Transport } from '../../../sdk/index.ts'
import { clientText } from './client-text.ts'

export const clientErrors = defineErrors({
  signature_missing: [
    'conflict',
    'Deployment {name} has no signature yet, as no version of it is live.',
    'Deploy a version: slipway deploy {name} <model>@<alias>',
  ],
})

/** Writes the client of a deployment and answers where it lies. Throws `signature_missing`. */
export async function writeClient(transport: Transport, { name, to }: { name: string; to: string }): Promise<string> {
  const deployment = await transport.call<Deployment>({ method: 'GET', path: '/v1/deployments/{name}' }, { name })
  const { signature } = deployment
  if (signature === undefined || signature.inputs.length === 0) throw clientErrors.signature_missing({ name })
  const path = resolve(to)
  await mkdir(dirname(path), { recursive: true })
  const featureNames = await namesOfColumns(transport, deployment)
  await writeFile(path, clientText({ deployment: deployment.name, ...signature, featureNames }))
  return path
}

/** Columns of a single matrix input, as the version with most requests names them. */
async function namesOfColumns(transport: Transport, { name }: Deployment): Promise<readonly string[]> {
  try {
    const address = { method: 'GET', path: '/v1/deployments/{name}/package' } as const
    const { variants } = await transport.call<DeploymentPackage>(address, { name })
    const [main] = [...variants].sort((a, b) => b.weight - a.weight)
    return main?.featureNames ?? []
  } catch (error) {
    // A model in Python names its inputs one by one.
    if (isSlipwayError(error) && error.code === 'deployment_not_portable') return []
    throw error
  }
}
