/** The graph that the steps of a definition form, and everything that can be wrong with it. Pure. */

import type { FieldProblem } from '../../kernel/errors.ts'
import { nearest } from '../../kernel/nearest.ts'
import type { PipelineDefinition, StepDefinition } from './definition.ts'
import { inputRef, parseInput, parseOutput } from './references.ts'
import { scheduleProblem } from './schedule.ts'

/** Names of the steps that must succeed before `step` may start: those its inputs name and those it stands after. */
export function dependenciesOf(step: StepDefinition): string[] {
  const fromInputs = Object.values(step.inputs)
    .map(inputRef)
    .flatMap((ref) => (ref.kind === 'step' ? [ref.step] : []))
  return [...new Set([...fromInputs, ...step.after])]
}

/** Names of the steps that wait directly for `name`. */
export function dependentsOf(definition: PipelineDefinition, name: string): string[] {
  return definition.steps.filter((step) => dependenciesOf(step).includes(name)).map((step) => step.name)
}

/** Names of all steps that cannot run when `name` does not succeed. */
export function descendantsOf(definition: PipelineDefinition, name: string): string[] {
  const found = new Set<string>()
  const visit = (from: string) => {
    for (const next of dependentsOf(definition, from)) {
      if (found.has(next)) continue
      found.add(next)
      visit(next)
    }
  }
  visit(name)
  return [...found]
}

/** The steps so that each comes after those it depends on; the written order where that leaves a choice. */
export function inOrder(definition: PipelineDefinition): StepDefinition[] {
  const done = new Set<string>()
  const ordered: StepDefinition[] = []
  while (ordered.length < definition.steps.length) {
    const next = definition.steps.find(
      (step) => !done.has(step.name) && dependenciesOf(step).every((dependency) => done.has(dependency)),
    )
    if (next === undefined) throw new Error('the steps form a cycle')
    done.add(next.name)
    ordered.push(next)
  }
  return ordered
}

/** Everything wrong with a definition of the right form: unreadable or unknown references, doubled names, cycles. */
export function problemsOf(definition: PipelineDefinition): FieldProblem[] {
  const wrong = definition.schedule === undefined ? undefined : scheduleProblem(definition.schedule)
  const problems: FieldProblem[] = [
    ...definition.steps.flatMap((step, index) => stepProblems(definition, step, `steps[${index}]`)),
    ...(wrong === undefined ? [] : [{ path: `schedule.${wrong.path}`, message: wrong.message }]),
  ]
  const cycle = problems.length === 0 ? findCycle(definition) : undefined
  return cycle === undefined
    ? problems
    : [{ path: 'steps', message: `the steps wait for each other in a circle: ${cycle.join(' -> ')}` }]
}

function stepProblems(definition: PipelineDefinition, step: StepDefinition, path: string): FieldProblem[] {
  const problems: FieldProblem[] = []
  const first = definition.steps.findIndex((other) => other.name === step.name)
  if (`steps[${first}]` !== path) {
    problems.push({
      path: `${path}.name`,
      message: `"${step.name}" is already the name of steps[${first}]`,
      value: step.name,
    })
  }
  for (const [name, text] of Object.entries(step.inputs)) {
    const message = inputProblem(definition, text)
    if (message !== undefined) problems.push({ path: `${path}.inputs.${name}`, message, value: text })
  }
  for (const [name, text] of Object.entries(step.outputs)) {
    const ref = parseOutput(text)
    if (typeof ref === 'string') problems.push({ path: `${path}.outputs.${name}`, message: ref, value: text })
  }
  step.after.forEach((name, index) => {
    const message = unknownStep(definition, name)
    if (message !== undefined) problems.push({ path: `${path}.after[${index}]`, message, value: name })
  })
  return problems
}

function inputProblem(definition: PipelineDefinition, text: string): string | undefined {
  const ref = parseInput(text)
  if (typeof ref === 'string') return ref
  if (ref.kind !== 'step') return undefined
  const source = definition.steps.find((step) => step.name === ref.step)
  if (source === undefined) return unknownStep(definition, ref.step)
  const outputs = Object.keys(source.outputs)
  if (outputs.includes(ref.output)) return undefined
  return `step ${ref.step} has no output ${ref.output}${suggestion(ref.output, outputs)}`
}

function unknownStep(definition: PipelineDefinition, name: string): string | undefined {
  const names = definition.steps.map((step) => step.name)
  return names.includes(name) ? undefined : `there is no step ${name}${suggestion(name, names)}`
}

/** `; did you mean train?`, or the names there are. */
export function suggestion(word: string, known: readonly string[]): string {
  const near = nearest(word, known)
  if (near !== undefined) return `; did you mean ${near}?`
  return known.length === 0 ? '; there are none' : `; there is ${known.slice(0, 10).join(', ')}`
}

function findCycle(definition: PipelineDefinition): string[] | undefined {
  const done = new Set<string>()
  const visit = (name: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name]
    if (done.has(name)) return undefined
    for (const next of dependentsOf(definition, name)) {
      const cycle = visit(next, [...path, name])
      if (cycle !== undefined) return cycle
    }
    done.add(name)
    return undefined
  }
  for (const step of definition.steps) {
    const cycle = visit(step.name, [])
    if (cycle !== undefined) return cycle
  }
  return undefined
}
