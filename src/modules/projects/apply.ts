import { isAppError } from '../../kernel/errors.ts'
import { canonicalJson } from '../../kernel/json.ts'
import type { Automation } from '../automation/index.ts'
import type { Datasets } from '../datasets/index.ts'
import type { Monitoring } from '../monitoring/index.ts'
import type { PipelineService, Source } from '../pipelines/index.ts'
import type { Registry } from '../registry/index.ts'
import type { ServingService } from '../serving/index.ts'
import type { Validation } from '../validation/index.ts'
import type { Change } from './model.ts'
import { type ProjectFile, pipelineDefinition, policyDefinition, type Section, sections } from './project-file.ts'
import type { Reference } from './references.ts'

/** The doors through which a project is applied. */
export interface Doors {
  readonly datasets: Datasets
  readonly pipelines: PipelineService
  readonly registry: Registry
  readonly validation: Validation
  readonly serving: ServingService
  readonly monitoring: Monitoring
  readonly automation: Automation
}

/** How one section's things are looked up and applied; both answer the thing as its module shows it. */
interface Applier {
  readonly find: (name: string) => Promise<object>
  readonly apply: (name: string) => Promise<object>
  /** The fields that the file decides; others, such as what a monitor has seen so far, are the server's. */
  readonly fields: readonly string[]
}

/** Applies every section in order. Each act repeats safely, so a file that was applied half is applied again. */
export async function applySections(doors: Doors, file: ProjectFile, source: Source | undefined): Promise<Change[]> {
  const appliers = makeAppliers(doors, file, source)
  const changes: Change[] = []
  for (const section of sections) {
    for (const name of Object.keys(file[section])) changes.push(await applyOne(section, name, appliers[section]))
  }
  return changes
}

async function applyOne(section: Section, name: string, applier: Applier): Promise<Change> {
  const before = await found(() => applier.find(name))
  const after = await applier.apply(name)
  if (before === undefined) return { section, name, change: 'created' }
  const different = applier.fields.filter((field) => textOf(before, field) !== textOf(after, field))
  if (different.length === 0) return { section, name, change: 'unchanged' }
  const [field] = different
  const detail = field === 'version' ? `version ${textOf(after, field)}` : different.join(', ')
  return { section, name, change: 'changed', detail }
}

function textOf(thing: object, field: string): string {
  return canonicalJson((thing as Record<string, unknown>)[field] ?? null)
}

function makeAppliers(doors: Doors, file: ProjectFile, source: Source | undefined): Record<Section, Applier> {
  const { datasets, pipelines, validation, serving, monitoring, automation } = doors
  const definition = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('a name of the file has no definition')
    return value
  }
  return {
    datasets: {
      find: (name) => datasets.getDataset(name),
      apply: async (name) => {
        const description = file.datasets[name]?.description ?? ''
        const dataset = await datasets.ensureDataset({ name, description })
        return dataset.description === description ? dataset : datasets.updateDataset({ dataset: name, description })
      },
      fields: ['description'],
    },
    pipelines: {
      find: (name) => pipelines.getPipeline(name),
      apply: (name) => pipelines.applyPipeline({ definition: definition(pipelineDefinition(file, name)), source }),
      fields: ['version'],
    },
    gates: {
      find: (name) => validation.getGate(name),
      apply: (name) => validation.applyGate({ name, ...definition(file.gates[name]) }),
      fields: ['model', 'rules'],
    },
    deployments: {
      find: (name) => serving.getDeployment(name),
      apply: (name) => serving.applyDeployment({ name, model: definition(file.deployments[name]).model }),
      fields: ['model'],
    },
    monitors: {
      find: (name) => monitoring.getMonitor(name),
      apply: (name) => monitoring.applyMonitor({ name, ...definition(file.monitors[name]) }),
      fields: Object.keys(Object.assign({}, ...Object.values(file.monitors))),
    },
    policies: {
      find: (name) => automation.getPolicy(name),
      apply: (name) => automation.applyPolicy(definition(policyDefinition(file, name))),
      fields: ['retrain', 'deliver'],
    },
  }
}

/** Whether the server already has what a reference names. */
export async function existsOnServer(doors: Doors, { noun, name }: Reference): Promise<boolean> {
  const lookups: Record<Reference['noun'], () => Promise<object>> = {
    dataset: () => doors.datasets.getDataset(name),
    pipeline: () => doors.pipelines.getPipeline(name),
    gate: () => doors.validation.getGate(name),
    deployment: () => doors.serving.getDeployment(name),
    monitor: () => doors.monitoring.getMonitor(name),
    model: () => doors.registry.getModel(name),
  }
  return (await found(lookups[noun])) !== undefined
}

async function found<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look()
  } catch (error) {
    if (isAppError(error) && error.kind === 'not_found') return undefined
    throw error
  }
}
