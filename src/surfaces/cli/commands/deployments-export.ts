import { defineCommand } from '../command.ts'

/** `slipway deployments export`: a folder from which the deployment is served elsewhere. */
export const deploymentsExport = defineCommand({
  words: ['deployments', 'export'],
  summary: 'Write a folder that serves a deployment elsewhere: an image, Kubernetes manifests, a KServe service.',
  description:
    'Every format holds the build context of an image: the model files, the versions with their weights and rules, and a ' +
    'Containerfile. The same folder runs without an image with "slipway serve-package".',
  args: ['deployment'],
  fields: [
    { name: 'deployment', kind: 'text', isRequired: true, doc: 'Name or id.' },
    { name: 'format', kind: 'text', fallback: 'oci', doc: 'oci, kubernetes or kserve.' },
    { name: 'to', kind: 'text', isRequired: true, doc: 'The folder; made when it is missing.' },
    { name: 'image', kind: 'text', doc: 'Name of the image in manifests. Default: the deployment and its versions.' },
  ],
  examples: [
    'slipway deployments export iris --to iris-image',
    'slipway deployments export iris --format kubernetes --image registry.example/iris:3 --to deploy/iris',
  ],
  run: async ({ input, terminal, transport, isJson, program }) => {
    const { exportDeployment } = await import('../deployment-export/export-deployment.ts')
    const exported = await exportDeployment(await transport(), {
      deployment: input.deployment,
      format: input.format ?? 'oci',
      folder: input.to,
      image: input.image,
      version: program.version,
    })
    if (isJson) terminal.write(`${JSON.stringify(exported, null, 2)}\n`)
    else {
      terminal.write(`${exported.paths.map((path) => `  ${path}\n`).join('')}in ${exported.folder}\n`)
      terminal.write(`podman build -t ${exported.image} ${exported.folder}\n`)
    }
    return 0
  },
})
