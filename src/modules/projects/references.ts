import { nearest } from '../../kernel/nearest.ts'
import { type Locate, type Problem, pathText } from './parse.ts'
import type { ProjectFile, Section } from './project-file.ts'

/** Kinds of things that names in the file may stand for. Models are made by pipelines and have no section. */
export type Noun = 'dataset' | 'pipeline' | 'gate' | 'deployment' | 'monitor' | 'model'

/** One place in the file that names something. */
export interface Reference {
  readonly path: readonly PropertyKey[]
  readonly noun: Noun
  readonly name: string
}

const sectionOf: Readonly<Record<Exclude<Noun, 'model'>, Section>> = {
  dataset: 'datasets',
  pipeline: 'pipelines',
  gate: 'gates',
  deployment: 'deployments',
  monitor: 'monitors',
}

/** What the file itself brings: declared in a section, or an output of a step. */
export function declaredNames(file: ProjectFile, noun: Noun): string[] {
  const declared = noun === 'model' ? [] : Object.keys(file[sectionOf[noun]])
  const outputs = Object.values(file.pipelines)
    .flatMap((pipeline) => Object.values(pipeline.steps))
    .flatMap((step) => Object.values(step.outputs))
  const made = outputs.filter((output) => output.startsWith(`${noun}/`)).map((output) => output.slice(noun.length + 1))
  return [...new Set([...declared, ...made])]
}

/** Every reference from one section to another. */
export function findReferences(file: ProjectFile): Reference[] {
  return [...pipelineReferences(file), ...sectionReferences(file), ...policyReferences(file)]
}

/**
 * Checks that every name stands for something in the file or on the server, which `exists` asks. One problem per
 * reference that leads nowhere, with the nearest name that would lead somewhere.
 */
export async function checkReferences(
  file: ProjectFile,
  exists: (reference: Reference) => Promise<boolean>,
  locate: Locate,
): Promise<Problem[]> {
  const problems: Problem[] = []
  for (const reference of findReferences(file)) {
    const declared = declaredNames(file, reference.noun)
    if (declared.includes(reference.name) || (await exists(reference))) continue
    const near = nearest(reference.name, declared)
    const path = pathText(reference.path)
    const where = reference.noun === 'model' ? 'no pipeline here makes it' : `it is not in ${sectionOf[reference.noun]}`
    const message = `there is no ${reference.noun} ${reference.name}: ${where}, and the server has none${near === undefined ? '' : `; did you mean ${near}?`}`
    problems.push({ path, message, value: reference.name, line: locate(reference.path) })
  }
  return [...problems, ...canaryProblems(file, locate)]
}

function pipelineReferences(file: ProjectFile): Reference[] {
  const references: Reference[] = []
  for (const [pipeline, { steps }] of Object.entries(file.pipelines)) {
    for (const [step, { inputs }] of Object.entries(steps)) {
      for (const [input, ref] of Object.entries(inputs)) {
        const match = /^(dataset|model)\/([^@?/]+)(?:[@/][^?]*)?(\?)?$/.exec(ref)
        const [, noun, name, optional] = match ?? []
        if (name === undefined || optional === '?') continue
        const path = ['pipelines', pipeline, 'steps', step, 'inputs', input]
        references.push({ path, noun: noun === 'dataset' ? 'dataset' : 'model', name })
      }
    }
  }
  return references
}

function sectionReferences(file: ProjectFile): Reference[] {
  const reference = (section: Section, name: string, noun: 'model' | 'deployment', target: string): Reference => ({
    path: [section, name, noun],
    noun,
    name: target,
  })
  return [
    ...Object.entries(file.gates).map(([name, gate]) => reference('gates', name, 'model', gate.model)),
    ...Object.entries(file.deployments).map(([name, entry]) => reference('deployments', name, 'model', entry.model)),
    ...Object.entries(file.monitors).map(([name, entry]) =>
      reference('monitors', name, 'deployment', entry.deployment),
    ),
  ]
}

function policyReferences(file: ProjectFile): Reference[] {
  return Object.entries(file.policies).flatMap(([name, { retrain, deliver }]) => {
    const path = ['policies', name]
    const references: Reference[] = []
    for (const [i, monitor] of (retrain?.on ?? []).entries())
      references.push({ path: [...path, 'retrain', 'on', i], noun: 'monitor', name: monitor })
    if (retrain !== undefined)
      references.push({ path: [...path, 'retrain', 'pipeline'], noun: 'pipeline', name: retrain.pipeline })
    for (const noun of ['model', 'pipeline', 'gate', 'deployment'] as const)
      if (deliver !== undefined) references.push({ path: [...path, 'deliver', noun], noun, name: deliver[noun] })
    return references
  })
}

/** A delivery needs to know its canary: from the policy, or from a deployment of this file. */
function canaryProblems(file: ProjectFile, locate: Locate): Problem[] {
  return Object.entries(file.policies).flatMap(([name, { deliver }]) => {
    if (deliver === undefined || deliver.canary !== undefined) return []
    if (file.deployments[deliver.deployment]?.canary !== undefined) return []
    const path = ['policies', name, 'deliver']
    const message = `has no canary: write one here or under deployments.${deliver.deployment}`
    return [{ path: pathText(path), message, line: locate(path) }]
  })
}
