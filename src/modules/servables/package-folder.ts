import { constants } from 'node:fs'
import { copyFile, mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Platform } from '../../platform/platform.ts'
import type { PackageFile } from './stored-model.ts'

/**
 * The folder of a model's files, as its own code expects them; made when it is not there. Copies (clones where the file
 * system can), never links: code of the model could write through a link into the store.
 */
export async function ensurePackageFolder(
  platform: Platform,
  digest: string,
  files: readonly PackageFile[],
): Promise<string> {
  const parent = join(await platform.workDir('serving'), 'models')
  const folder = join(parent, digest.replace(/[^A-Za-z0-9]/g, '-'))
  if (await exists(folder)) return folder
  await mkdir(parent, { recursive: true })
  const staged = await mkdtemp(join(parent, '.making-'))
  try {
    for (const file of files) {
      const path = join(staged, file.path)
      await mkdir(dirname(path), { recursive: true })
      await copyFile(await platform.blobs.localPath(file.digest), path, constants.COPYFILE_FICLONE)
    }
    await rename(staged, folder).catch(async (error) => {
      if (!(await exists(folder))) throw error
    })
    return folder
  } finally {
    await rm(staged, { recursive: true, force: true })
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
