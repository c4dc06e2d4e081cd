import { stringify } from 'yaml'
import { clusterName, type ExportTarget, servedPort, type TextFile } from './package-files.ts'

const mebibyte = 1024 * 1024
/** The process without models, rounded up from 150 MB measured. */
const baseMebibytes = 256
/** A model in memory beside its file: weights, and what a run allocates. */
const modelFactor = 3

/** A process answers on one core; the second millicores are for its garbage collector. */
const cpu = { request: '500m', limit: '2' }
const replicas = { least: 1, most: 10, cpuPercent: 70 }

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: number }
  readonly periodSeconds: number
  readonly failureThreshold: number
}

/** The pod's only container, the same for every kind of manifest. */
function container(target: ExportTarget, name: string) {
  const { variants } = target.deployment
  const bytes = [...new Map(variants.map((variant) => [variant.digest, variant.sizeBytes])).values()]
  const models = Math.ceil((bytes.reduce((sum, size) => sum + size, 0) * modelFactor) / mebibyte)
  return {
    name,
    image: target.image,
    ports: [{ containerPort: servedPort, protocol: 'TCP' }],
    // It listens when its models are loaded: however long that takes, up to ten minutes.
    startupProbe: probe('/ready', { periodSeconds: 2, failureThreshold: 300 }),
    readinessProbe: probe('/ready', { periodSeconds: 5, failureThreshold: 2 }),
    livenessProbe: probe('/health', { periodSeconds: 10, failureThreshold: 3 }),
    resources: {
      requests: { cpu: cpu.request, memory: `${baseMebibytes + models}Mi` },
      limits: { cpu: cpu.limit, memory: `${2 * (baseMebibytes + models)}Mi` },
    },
    securityContext: { allowPrivilegeEscalation: false, runAsNonRoot: true, runAsUser: 1000 },
  }
}

function probe(path: string, times: Pick<Probe, 'periodSeconds' | 'failureThreshold'>): Probe {
  return { httpGet: { path, port: servedPort }, ...times }
}

/** Deployment, Service and HorizontalPodAutoscaler (apps/v1, v1, autoscaling/v2). */
export function kubernetesFiles(target: ExportTarget): TextFile[] {
  const name = clusterName(target.deployment.name)
  const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/managed-by': 'slipway' }
  const selector = { 'app.kubernetes.io/name': name }
  const metadata = { name, labels }
  // Requests in hand get ten seconds to end; the address is taken away first.
  const pod = {
    terminationGracePeriodSeconds: 30,
    containers: [{ ...container(target, 'slipway'), lifecycle: { preStop: { sleep: { seconds: 5 } } } }],
  }
  return [
    manifest('kubernetes/deployment.yaml', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        selector: { matchLabels: selector },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        template: { metadata: { labels }, spec: pod },
      },
    }),
    manifest('kubernetes/service.yaml', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector, ports: [{ name: 'http', port: 80, targetPort: servedPort, protocol: 'TCP' }] },
    }),
    manifest('kubernetes/autoscaler.yaml', {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata,
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        minReplicas: replicas.least,
        maxReplicas: replicas.most,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: replicas.cpuPercent } },
          },
        ],
      },
    }),
  ]
}

/** An InferenceService (serving.kserve.io/v1beta1) with a custom predictor, which needs no serving runtime to be installed. */
export function inferenceServiceFiles(target: ExportTarget): TextFile[] {
  const { ports, ...own } = container(target, 'kserve-container')
  return [
    manifest('inferenceservice.yaml', {
      apiVersion: 'serving.kserve.io/v1beta1',
      kind: 'InferenceService',
      metadata: { name: clusterName(target.deployment.name), labels: { 'app.kubernetes.io/managed-by': 'slipway' } },
      spec: {
        predictor: {
          minReplicas: replicas.least,
          maxReplicas: replicas.most,
          scaleMetric: 'cpu',
          scaleTarget: replicas.cpuPercent,
          containers: [{ ...own, ports: ports.map((port) => ({ name: 'http1', ...port })) }],
        },
      },
    }),
  ]
}

function manifest(path: string, value: object): TextFile {
  return { path, text: stringify(value, { aliasDuplicateObjects: false }) }
}
