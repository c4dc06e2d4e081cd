import { hasCode } from '../../kernel/errors.ts'
import type { RetentionContext } from './context.ts'
import type { Family, JudgedRun } from './judge.ts'

/** Why lineage needs a run of the family, or undefined when it does not: a model version or a deployment came from it. */
export async function neededBy(ctx: RetentionContext, { runs }: Family): Promise<string | undefined> {
  for (const run of runs) {
    const reason = (await versionOf(ctx, run.id)) ?? (await cameFrom(ctx, run))
    if (reason !== undefined) return reason
  }
  return undefined
}

/** Asked of the registry itself: lineage learns of a new version a moment later. */
async function versionOf({ registry }: RetentionContext, runId: string): Promise<string | undefined> {
  const page = await registry.searchVersions({ filter: `runId = '${runId.replaceAll("'", "''")}'`, limit: 1 })
  return page.items.length === 0 ? undefined : 'a model version came from it'
}

/** Also over the pipeline step that the run measures, and over the data it made. Versions that were deleted need nothing. */
async function cameFrom(ctx: RetentionContext, run: JudgedRun): Promise<string | undefined> {
  for (const id of [run.id, ...(run.stepRunId === undefined ? [] : [run.stepRunId])]) {
    const { nodes, isCut } = await whatCameOf(ctx, id)
    if (nodes.some(({ kind }) => kind === 'deployment')) return 'a deployment came from it'
    for (const node of nodes) {
      if (node.kind === 'modelVersion' && (await ctx.registry.findVersion(node.id)) !== undefined) {
        return 'a model version came from it'
      }
    }
    if (isCut) return 'more came from it than lineage can tell'
  }
  return undefined
}

async function whatCameOf({ lineage }: RetentionContext, id: string) {
  try {
    // The limit is one of predictions, which are not asked for here.
    return await lineage.impact({ id, limit: 1 })
  } catch (error) {
    if (hasCode(error, 'lineage_unknown')) return { nodes: [], isCut: false }
    throw error
  }
}
