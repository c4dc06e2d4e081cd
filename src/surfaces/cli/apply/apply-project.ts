import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { readSource, type SourceEntry } from './source-files.ts'

/** Sends one request to the server: `fetch` with the address and the token already in it. Throws for a failed answer. */
export type Send = (path: string, request: RequestInit & { readonly duplex?: 'half' }) => Promise<Response>

export interface AppliedProject {
  readonly id: string
  readonly project: string
  readonly changes: readonly {
    readonly section: string
    readonly name: string
    readonly change: 'created' | 'changed' | 'unchanged'
    readonly detail?: string
  }[]
  readonly commit?: string
  readonly dirty?: boolean
}

export interface ApplyResult {
  readonly application: AppliedProject
  readonly fileCount: number
  readonly uploadedCount: number
}

const parallelUploads = 8

/** Uploads the code beside a project file, as far as the server lacks it, and applies the file. Repeats safely. */
export async function applyProject(send: Send, projectFile: string): Promise<ApplyResult> {
  const path = resolve(projectFile)
  const folder = dirname(path)
  const text = await readFile(path, 'utf8')
  const source = await readSource(folder)
  const uploadedCount = await uploadMissing(send, folder, source.files)
  const answer = await send('/v1/projects', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ text, path: basename(path), source }),
  })
  const application = (await answer.json()) as AppliedProject
  return { application, fileCount: source.files.length, uploadedCount }
}

async function uploadMissing(send: Send, folder: string, files: readonly SourceEntry[]): Promise<number> {
  const byDigest = new Map(files.map((file) => [file.digest, file]))
  const queue = [...byDigest.values()]
  let uploaded = 0
  const work = async () => {
    for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
      if (await hasBlob(send, file.digest)) continue
      await send('/v1/blobs', {
        method: 'PUT',
        headers: { 'Content-Type': 'application/octet-stream', 'Slipway-Digest': file.digest },
        body: createReadStream(join(folder, file.path)) as unknown as BodyInit,
        duplex: 'half',
      })
      uploaded += 1
    }
  }
  await Promise.all(Array.from({ length: parallelUploads }, work))
  return uploaded
}

async function hasBlob(send: Send, digest: string): Promise<boolean> {
  const answer = await send(`/v1/blobs/${digest}`, { method: 'HEAD' })
  return answer.status !== 404
}

/** What applying did, for people: one line per thing that changed, and one that counts the rest. */
export function renderApplication({ application, fileCount, uploadedCount }: ApplyResult): string {
  const changed = application.changes.filter((change) => change.change !== 'unchanged')
  const lines = changed.map(
    ({ section, name, change, detail }) =>
      `  ${change === 'created' ? '+' : '~'} ${section}/${name}${detail === undefined ? '' : ` (${detail})`}`,
  )
  const rest = application.changes.length - changed.length
  if (rest > 0) lines.push(`  ${rest} unchanged`)
  const commit = application.commit?.slice(0, 12)
  const code = commit === undefined ? '' : `, commit ${commit}${application.dirty === true ? ' with changes' : ''}`
  return [`Applied ${application.project}: ${fileCount} source files, ${uploadedCount} uploaded${code}`, ...lines].join(
    '\n',
  )
}
