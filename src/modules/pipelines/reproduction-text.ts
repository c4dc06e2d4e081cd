/** How the command line shows a reproduction to people. Pure. */
import type { EnvironmentChange, MetricChange, Reproduction } from './reproduction.ts'

const sentences = {
  running: 'is being reproduced',
  identical: 'is reproduced: the same bytes',
  equivalent: 'is reproduced: other bytes, every metric within the tolerance',
  different: 'is NOT reproduced',
  failed: 'could not be reproduced: the pipeline failed',
  canceled: 'was not reproduced: canceled',
} as const

export function renderReproduction(found: Reproduction): string {
  const lines = [`${found.version} ${sentences[found.state]}  (${found.id} repeats ${found.pipelineRunId})`]
  for (const step of found.steps) {
    lines.push(`  ${step.name}  ${step.state}`)
    for (const output of step.outputs) {
      const changes = output.changes.map(({ path, change }) => `${path} ${change}`).slice(0, 10)
      lines.push(`    ${output.name}  ${output.isIdentical ? 'same bytes' : changes.join(', ')}`)
    }
    lines.push(...step.environment.slice(0, 10).map(environmentLine))
    lines.push(...step.metrics.map((metric) => `    ${metricLine(metric)}`))
  }
  if (found.error !== undefined) lines.push(found.error)
  return lines.join('\n')
}

function environmentLine({ name, before, after }: EnvironmentChange): string {
  return `    ${name}  ${before ?? 'none'} -> ${after ?? 'none'}`
}

function metricLine({ key, before, after, difference, isWithin }: MetricChange): string {
  if (before === after) return `${key}  ${after}`
  const by = difference === undefined ? '' : `  (${difference.toExponential(1)} relative)`
  return `${key}  ${before ?? 'none'} -> ${after ?? 'none'}${by}${isWithin ? '' : '  too far'}`
}
