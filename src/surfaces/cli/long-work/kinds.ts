import type { Replay, ServingBatch } from '../../../sdk/index.ts'
import type { LongWorkKind } from './follow.ts'

export const replayKind: LongWorkKind<Replay> = {
  start: { method: 'POST', path: '/v1/deployments/{deployment}/replays' },
  get: { method: 'GET', path: '/v1/replays/{id}' },
  show: 'slipway replays get',
  name: ({ version, deployment }) => `replay of version ${version} on ${deployment}`,
  found: ({ report, rowCount }) => {
    if (report === undefined) return `${rowCount} rows`
    const { summary, labelCount, served, candidate } = report
    const parts = [`${share(summary.agreedCount, summary.rowCount)} of ${summary.rowCount} answers agree`]
    if (summary.failedCount > 0) parts.push(`it failed on ${summary.failedCount} rows`)
    if (served.accuracy !== undefined && candidate.accuracy !== undefined)
      parts.push(
        `accuracy ${candidate.accuracy.toFixed(4)} where ${served.accuracy.toFixed(4)} was served, on ${labelCount} labels`,
      )
    return parts.join('; ')
  },
}

export const batchKind: LongWorkKind<ServingBatch> = {
  start: { method: 'POST', path: '/v1/batches' },
  get: { method: 'GET', path: '/v1/batches/{id}' },
  show: 'slipway batches get',
  name: ({ model, version, output }) => `batch of ${model}/${version} into ${output}`,
  found: ({ rowCount, failedCount, outputVersionId }) =>
    `${rowCount} rows${failedCount === 0 ? '' : `, ${failedCount} of them refused by the model`}, ${outputVersionId ?? 'no version'}`,
}

function share(part: number, whole: number): string {
  return whole === 0 ? '0%' : `${((100 * part) / whole).toFixed(1)}%`
}
