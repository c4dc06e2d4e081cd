import { createHash } from 'node:crypto'
import type { SourceEnv } from '../models/env.ts'
import { ensurePackageFolder } from '../models/package-folder.ts'
import type { PackageFile } from '../models/stored-model.ts'

/** The folder of a graph's files, as its functions find them: one for each content, whatever it was pinned to. */
export function ensureGraphFolder({ platform }: Pick<SourceEnv, 'platform'>, files: readonly PackageFile[]) {
  const content = files.map(({ path, digest }) => `${digest}  ${path}\n`).sort()
  const hash = createHash('sha256').update(content.join('')).digest('hex')
  return ensurePackageFolder(platform, `graph-${hash}`, files)
}
