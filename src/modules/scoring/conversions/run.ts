import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { JobRun } from '../../../kernel/job.ts'
import { Unbuildable } from '../../../platform/runtimes/index.ts'
import type { ScoringContext } from '../context.ts'
import { isFinalFailure, problemOf } from '../final-failure.ts'
import type { ScoringTx } from '../tables.ts'
import { convertModel, NotConvertible } from './convert.ts'
import { modelConverted } from './model.ts'
import { describeParity } from './parity.ts'
import { findRealRows } from './real-rows.ts'
import { type ConversionEnd, conversions, type StoredConversion } from './store.ts'
import { switchRuntime } from './use.ts'

/** The job: everything is done in a folder of its own and in the blob store; the outcome is one row, written at the end. */
export async function runConversionJob(
  ctx: ScoringContext,
  conversionId: string,
  job: Pick<JobRun<unknown>, 'signal' | 'isLastAttempt'>,
): Promise<void> {
  const conversion = await conversions.find(ctx.db.read, { id: conversionId })
  if (conversion?.state !== 'running') return
  const folder = await mkdtemp(join(await ctx.platform.workDir('serving'), '.converting-'))
  try {
    const outcome = await convertVersion(ctx, conversion, { folder, signal: job.signal }).catch((error) => {
      if (isRefused(error, job)) return refusalOf(error)
      throw error
    })
    ctx.progress.set(conversionId, 'loading it in the deployments')
    await writeOutcome(ctx, conversion, outcome)
  } finally {
    ctx.progress.delete(conversionId)
    await rm(folder, { recursive: true, force: true })
  }
}

function isRefused(error: unknown, job: Pick<JobRun<unknown>, 'signal' | 'isLastAttempt'>): boolean {
  if (error instanceof NotConvertible || error instanceof Unbuildable) return !job.signal.aborted
  return isFinalFailure(error, job)
}

function refusalOf(error: unknown): ConversionEnd {
  const report = error instanceof NotConvertible ? error.report : undefined
  const problem = problemOf(error)
  return { state: 'refused', problem, report, onnxDigest: undefined, onnxBytes: undefined, finite: undefined }
}

async function convertVersion(
  ctx: ScoringContext,
  conversion: StoredConversion,
  { folder, signal }: { readonly folder: string; readonly signal: AbortSignal },
): Promise<ConversionEnd> {
  const { id, modelVersionId, digest } = conversion
  const onProgress = (text: string) => ctx.progress.set(id, text)
  const version = await ctx.registry.resolve(modelVersionId)
  const files = ctx.servables.findModelFiles(version)
  if (files.kind !== 'python') throw new NotConvertible('it is no Python model')
  onProgress('looking at the model')
  await ctx.servables.ensurePythonModel(version, { files, onProgress })
  const model = await ctx.servables.findModel(digest)
  const runtime = model?.runtime
  if (model === undefined || runtime?.kind !== 'python') throw new NotConvertible('it is no Python model')
  const rows = await findRealRows(ctx, conversion, { files: files.files, signature: model.signature })
  if (rows === undefined)
    throw new NotConvertible(
      'there are no real rows to compare on: the model has no input example, and no deployment of it has recorded a request. Name a dataset version, with --dataset',
    )
  const featureNames = await ctx.predictions.featureNames(modelVersionId)
  const subject = { model: { ...model, runtime }, featureNames, rows, folder, signal, onProgress }
  const { path, finite, report } = await convertModel(ctx, subject)
  const { digest: onnxDigest, sizeBytes: onnxBytes } = await ctx.platform.blobs.write(createReadStream(path))
  return { state: 'converted', onnxDigest, onnxBytes, finite, report, problem: undefined }
}

/** Written once; what was converted is in use from the same moment on. */
async function writeOutcome(ctx: ScoringContext, conversion: StoredConversion, end: ConversionEnd): Promise<void> {
  const { platform, db } = ctx
  const write = async (tx: ScoringTx) => {
    const ended = { ...end, endedAt: platform.clock.now() }
    if (!(await conversions.change(tx.query, { id: conversion.id, state: 'running' }, ended))) return false
    await platform.events.emit(tx, modelConverted, conversion.id, {
      conversionId: conversion.id,
      modelVersionId: conversion.modelVersionId,
      state: end.state === 'converted' ? 'converted' : 'refused',
      datasetVersionId: end.report?.rows.kind === 'dataset' ? end.report.rows.ref : undefined,
      summary: end.problem ?? `${end.report?.rowCount} rows: ${describeParity(end.report?.outputs ?? [])}`,
    })
    return true
  }
  if (end.state === 'converted') await switchRuntime(ctx, conversion, { runtime: 'onnx', also: write })
  else await db.transaction(write)
}
