import { createHash } from 'node:crypto'
import type { SourceContext } from '../context.ts'
import { ensurePackageFolder } from '../package-folder.ts'
import type { PackageFile } from '../stored-model.ts'

/** The folder of a graph's files, as its functions find them: one for each content, whatever it was pinned to. */
export function ensureGraphFolder({ platform }: Pick<SourceContext, 'platform'>, files: readonly PackageFile[]) {
  const content = files.map(({ path, digest }) => `${digest}  ${path}\n`).sort()
  const hash = createHash('sha256').update(content.join('')).digest('hex')
  return ensurePackageFolder(platform, `graph-${hash}`, files)
}
