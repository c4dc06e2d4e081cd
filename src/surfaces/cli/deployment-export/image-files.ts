import { type ExportTarget, servedPort, type TextFile } from './package-files.ts'

/** What an image is built from, beside the package itself. Any builder of OCI images reads it. */
export function imageFiles({ deployment, version, image }: ExportTarget): TextFile[] {
  const containerfile = `# ${deployment.name}, served by Slipway. Build and try it:
#   podman build -t ${image} .
#   podman run --rm -p ${servedPort}:${servedPort} ${image}
FROM docker.io/library/node:26-slim
# Another source of the program: --build-arg SLIPWAY=<anything npm install takes>
ARG SLIPWAY=slipway@${version}
RUN npm install --global --ignore-scripts "$SLIPWAY"
WORKDIR /package
COPY deployment.json ./
COPY models ./models
USER node
EXPOSE ${servedPort}
# With SLIPWAY_AUTH_TOKEN set every request must bring that token; without it whoever reaches the port is answered.
CMD ["slipway", "serve-package", "/package", "--host", "0.0.0.0", "--port", "${servedPort}", "--insecure"]
`
  return [
    { path: 'Containerfile', text: containerfile },
    { path: '.containerignore', text: '*\n!deployment.json\n!models\n' },
  ]
}
