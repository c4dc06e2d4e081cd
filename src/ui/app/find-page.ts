import { client } from '../ground/client.ts'
import { paths } from '../kit/paths.ts'

/** The page of a thing by the prefix of its id; what has no page of its own is shown in the lineage graph. */
const finders: Readonly<Record<string, (id: string) => string | Promise<string>>> = {
  dst: async (id) => paths.dataset((await client.datasets.get({ dataset: id })).name),
  dsv: async (id) => {
    const { dataset, version } = await client.datasets.versions.get({ dataset: '-', version: id })
    return paths.datasetVersion(dataset, version)
  },
  exp: async (id) => paths.experiment((await client.experiments.get({ experiment: id })).name),
  run: (id) => paths.run(id),
  mdl: async (id) => paths.model((await client.models.get({ model: id })).name),
  mdv: async (id) => {
    const { model, version } = await client.models.versions.get({ model: '-', version: id })
    return paths.modelVersion(model, version)
  },
  pln: async (id) => paths.pipeline((await client.pipelines.get({ pipeline: id })).name),
  plr: (id) => paths.pipelineRun(id),
  dep: async (id) => paths.deployment((await client.deployments.get({ name: id })).name),
  rol: async (id) => `${paths.deployment((await client.rollouts.get({ id })).deployment)}?tab=rollouts`,
  prd: (id) => paths.prediction(id),
  mon: (id) => monitorPage(id),
  win: async (id) => `${paths.monitor((await client.monitors.windows.get({ window: id })).monitor)}?window=${id}`,
  alr: async (id) => `${paths.monitor((await client.alerts.get({ alert: id })).monitor)}?tab=alerts`,
  ver: async (id) => {
    const { modelVersionId } = await client.verdicts.get({ verdict: id })
    const { model, version } = await client.models.versions.get({ model: '-', version: modelVersionId })
    return paths.modelVersion(model, version)
  },
  cnv: async (id) => {
    const { model, version } = await client.models.conversions.get({ id })
    return `${paths.modelVersion(model, version)}?tab=onnx`
  },
  dec: () => paths.activity(),
}

export async function findPage(id: string): Promise<string> {
  const finder = finders[id.slice(0, id.indexOf('_'))]
  return finder === undefined ? paths.lineage(id) : finder(id)
}

/** Monitors are asked for by name; their list is short. */
async function monitorPage(id: string): Promise<string> {
  const { items } = await client.monitors.list({ limit: 1000 })
  const found = items.find((monitor) => monitor.id === id)
  return found === undefined ? paths.monitors() : paths.monitor(found.name)
}
