/** How the command line shows runs to people. Pure. */
import type { Page } from '../../kernel/paging.ts'
import { dependenciesOf } from './graph.ts'
import type { PipelineDetail, PipelineRun, PipelineRunDetail, StepRun } from './model.ts'

export function renderRun(run: PipelineRunDetail): string {
  const trigger = [run.trigger.kind, run.trigger.id].filter((part) => part !== undefined).join(' ')
  const head = `${run.id}  ${run.pipeline} version ${run.version}  ${run.state}  (${trigger}, ${started(run)})`
  return [head, '', ...table(run.steps.map(stepRow)), ...(run.error === undefined ? [] : ['', run.error])].join('\n')
}

export function renderRuns(page: Page<PipelineRun>): string {
  const rows = page.items.map((run) => [
    run.id,
    run.pipeline,
    `version ${run.version}`,
    run.state,
    run.trigger.kind,
    started(run),
  ])
  return rows.length === 0 ? 'No runs.' : table(rows).join('\n')
}

export function renderPipeline({ name, current, description }: PipelineDetail): string {
  const commit =
    current.commit === undefined
      ? ''
      : `, commit ${current.commit.slice(0, 10)}${current.dirty === true ? ' (changed)' : ''}`
  const parameters = Object.entries(current.definition.parameters).map(([key, value]) => [
    `  ${key}`,
    JSON.stringify(value),
  ])
  const steps = current.definition.steps.map((step) => [
    `  ${step.name}`,
    typeof step.run === 'string' ? step.run : step.run.join(' '),
    [
      ...Object.values(step.outputs).map((output) => `-> ${output}`),
      ...dependenciesOf(step).map((after) => `after ${after}`),
    ].join(', '),
  ])
  return [
    `${name} version ${current.version}${commit}`,
    ...(description === undefined ? [] : [description]),
    ...(parameters.length === 0 ? [] : ['', 'Parameters', ...table(parameters)]),
    '',
    'Steps',
    ...table(steps),
  ].join('\n')
}

function stepRow(step: StepRun): string[] {
  const state = step.cache?.isHit === true ? 'cached' : step.state
  const outputs = step.outputs
    .map((output) => output.label ?? `${output.name} (${output.files.length} files)`)
    .join(', ')
  const why = step.cache === undefined || step.cache.isHit ? '' : step.cache.reason
  return [`  ${step.name}`, state, duration(step.startedAt, step.endedAt), outputs, why]
}

function started(run: PipelineRun): string {
  const took = duration(run.createdAt, run.endedAt)
  return `${new Date(run.createdAt).toISOString().slice(0, 19).replace('T', ' ')}${took === '' ? '' : `, ${took}`}`
}

function duration(from: number | undefined, to: number | undefined): string {
  if (from === undefined || to === undefined) return ''
  const ms = to - from
  if (ms < 1000) return `${ms} ms`
  return ms < 120_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`
}

/** Columns as wide as their widest cell; what ends a row is not padded. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length)
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
