import { readFile, rename, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Platform } from '../../../platform/platform.ts'

/** Who a server is in its fleet: the same over restarts, as its prediction log is told from others' by it. */
export interface MemberIdentity {
  readonly id: string
  /** Name of the host. */
  readonly name: string
  readonly url: string
}

/** The id belongs to this folder on this host: a copy of the folder on another host is somebody else. */
export async function findIdentity(
  platform: Pick<Platform, 'ids' | 'workDir' | 'publicPort'>,
  advertisedUrl: string | undefined,
): Promise<MemberIdentity> {
  const name = hostname()
  const path = join(await platform.workDir('serving'), 'member.json')
  const known = await readNote(path)
  const id = known?.name === name ? known.id : platform.ids('mbr')
  if (id !== known?.id) {
    await writeFile(`${path}.next`, JSON.stringify({ id, name }))
    await rename(`${path}.next`, path)
  }
  return { id, name, url: advertisedUrl ?? urlOf(platform.publicPort, name) }
}

/** Undefined when there is none, or none that can be read: it was cut off with the power. */
async function readNote(path: string): Promise<Pick<MemberIdentity, 'id' | 'name'> | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Pick<MemberIdentity, 'id' | 'name'>
  } catch {
    return undefined
  }
}

/** Where other hosts reach this server, as far as it can tell by itself. */
function urlOf({ host, port }: Platform['publicPort'], name: string): string {
  if (host === '0.0.0.0' || host === '::') return `http://${name}:${port}`
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
