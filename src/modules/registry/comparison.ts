import { canonicalJson } from '../../kernel/json.ts'
import type { Run } from '../tracking/index.ts'
import type { RegistryContext } from './context.ts'
import { type Comparison, type ModelVersion, registryErrors } from './model.ts'
import { toVersions } from './version-store.ts'
import { getVersionRow } from './versions.ts'

export function createComparison(ctx: RegistryContext) {
  async function load(ref: string): Promise<ModelVersion> {
    const [version] = await toVersions(ctx.db.read, [await getVersionRow(ctx.db.read, ref)])
    if (version === undefined) throw registryErrors.model_version_not_found({ version: ref })
    return version
  }

  async function runOf({ runId }: ModelVersion): Promise<Run | undefined> {
    if (runId === undefined || (await ctx.tracking.findRun(runId)) === undefined) return undefined
    return ctx.tracking.getRun(runId)
  }

  return {
    compareVersions: async (leftRef: string, rightRef: string): Promise<Comparison> => {
      const [left, right] = [await load(leftRef), await load(rightRef)]
      const [leftRun, rightRun] = [await runOf(left), await runOf(right)]
      return {
        left,
        right,
        files: changedFiles(left, right),
        isSignatureEqual: canonicalJson(left.signature ?? {}) === canonicalJson(right.signature ?? {}),
        params: sideBySide(
          new Map(Object.entries(leftRun?.params ?? {})),
          new Map(Object.entries(rightRun?.params ?? {})),
        ),
        metrics: sideBySide(latest(leftRun), latest(rightRun)),
      }
    },
  }
}

const latest = (run: Run | undefined) => new Map((run?.metrics ?? []).map((metric) => [metric.key, metric.value]))

function sideBySide<T>(left: ReadonlyMap<string, T>, right: ReadonlyMap<string, T>) {
  const keys = [...new Set([...left.keys(), ...right.keys()])].sort()
  return keys.map((key) => {
    const [one, two] = [left.get(key), right.get(key)]
    return { key, ...(one === undefined ? {} : { left: one }), ...(two === undefined ? {} : { right: two }) }
  })
}

function changedFiles(left: ModelVersion, right: ModelVersion): Comparison['files'] {
  const before = new Map(left.files.map((file) => [file.path, file]))
  const after = new Map(right.files.map((file) => [file.path, file]))
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort()
  return paths.flatMap((path): Comparison['files'] => {
    const [one, two] = [before.get(path), after.get(path)]
    if (one?.digest === two?.digest) return []
    if (one === undefined) return [{ path, change: 'added', ...(two && { sizeBytes: two.sizeBytes }) }]
    return [{ path, change: two === undefined ? 'removed' : 'changed', sizeBytes: (two ?? one).sizeBytes }]
  })
}
