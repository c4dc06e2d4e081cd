import { type Requirements, withConverters } from '../../../platform/runtimes/index.ts'
import type { ScoringContext } from '../context.ts'
import { conversions } from './store.ts'

/** Python environments of conversions under way: that of the model, and that of the converters. */
export async function neededEnvironments(
  ctx: ScoringContext,
): Promise<{ readonly requirements: Requirements; readonly by: string }[]> {
  const needed = []
  for (const { id, digest } of await conversions.list(ctx.db.read, { state: 'running' })) {
    const runtime = (await ctx.servables.findModel(digest))?.runtime
    if (runtime?.kind !== 'python') continue
    needed.push({ requirements: runtime.requirements, by: id })
    needed.push({ requirements: withConverters(runtime.requirements), by: id })
  }
  return needed
}
