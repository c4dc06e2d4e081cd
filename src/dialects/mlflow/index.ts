/**
 * The MLflow dialect: the REST protocol of MLflow's clients (tracking, model registry, logged models, artifact proxy) over
 * the doors of tracking and registry. It translates names, errors and JSON, and keeps nothing of its own.
 *
 * Source: the clients themselves, version 3.17, driven by test/clients/mlflow.
 */
import { registry } from '../../modules/registry/index.ts'
import { servables } from '../../modules/servables/index.ts'
import { tracking } from '../../modules/tracking/index.ts'
import { webhooks } from '../../modules/webhooks/index.ts'
import { defineDialect } from '../../platform/platform.ts'
import { proxyRoutes } from './artifact-proxy.ts'
import { artifactRoutes, fileRoutes } from './artifacts.ts'
import { assessmentRoutes } from './assessments.ts'
import { createDirectory } from './directory.ts'
import { evaluationDatasetRoutes } from './evaluation-datasets.ts'
import { experimentRoutes } from './experiments.ts'
import { linkRoutes } from './links.ts'
import { loggedModelRoutes } from './logged-models.ts'
import { loggingRoutes } from './logging.ts'
import { metricRoutes } from './metrics.ts'
import { modelVersionRoutes } from './model-versions.ts'
import { multipartRoutes } from './multipart.ts'
import { pythonFormat } from './python-format.ts'
import { registeredModelRoutes } from './registered-models.ts'
import { type Mlflow, type Rpc, toRawRoutes } from './rpc.ts'
import { runRoutes } from './runs.ts'
import { serverRoutes, unknownRoutes, versionFor } from './server-info.ts'
import { traceRoutes } from './traces.ts'
import { createWebhookFormat } from './webhook-format.ts'
import { webhookRoutes } from './webhooks.ts'
import { refusal } from './wire-error.ts'

const procedures: readonly Rpc[] = [
  ...experimentRoutes,
  ...runRoutes,
  ...loggingRoutes,
  ...metricRoutes,
  ...artifactRoutes,
  ...linkRoutes,
  ...loggedModelRoutes,
  ...registeredModelRoutes,
  ...modelVersionRoutes,
  ...traceRoutes,
  ...evaluationDatasetRoutes,
  ...assessmentRoutes,
  ...webhookRoutes,
  ...serverRoutes,
]

export const mlflow = defineDialect({
  name: 'mlflow',
  versionFor,
  // `start_run()` without arguments continues MLFLOW_RUN_ID: what a step logs lands in the step's own run.
  childEnvironment: ({ url, token, runId, experiment }) => ({
    MLFLOW_TRACKING_URI: url,
    MLFLOW_EXPERIMENT_ID: String(experiment.number),
    MLFLOW_RUN_ID: runId,
    ...(token === '' ? {} : { MLFLOW_TRACKING_TOKEN: token }),
  }),
  needs: { tracking, registry, servables, webhooks },
  routes: ({ platform, needs }) => {
    needs.webhooks.addFormat(createWebhookFormat(needs.registry))
    needs.servables.readPython(pythonFormat)
    const context: Mlflow = { ...needs, platform, directory: createDirectory(needs.tracking) }
    const routes = [
      ...procedures.flatMap((procedure) => toRawRoutes(context, procedure)),
      ...proxyRoutes(context),
      ...multipartRoutes(context),
      ...fileRoutes(context),
      ...unknownRoutes(context),
    ]
    return routes.map((route) => ({ ...route, refusal }))
  },
})
