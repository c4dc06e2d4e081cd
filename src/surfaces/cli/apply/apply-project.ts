import { readFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { readGitChanges } from '../../../platform/provenance/index.ts'
import type { Application, Transport } from '../../../sdk/index.ts'
import { isSlipwayError } from '../../../sdk/index.ts'
import { cliErrors } from '../cli-errors.ts'
import { type ProjectSource, readSource, type SourceEntry } from './source-files.ts'

type Send = Transport['raw']

export interface ApplyResult {
  readonly application: Application
  readonly fileCount: number
  readonly uploadedCount: number
}

const parallelUploads = 8

/** Uploads the code beside a project file, as far as the server lacks it, and applies the file. Repeats safely. */
export async function applyProject(send: Send, projectFile: string): Promise<ApplyResult> {
  const path = resolve(projectFile)
  const folder = dirname(path)
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    const hint = 'Name the project file: slipway apply <file>'
    throw cliErrors.file_unreadable({ path: projectFile, problem: error.message }, { cause: error, hint })
  })
  const source = await readSource(folder)
  const uploadedCount = await uploadMissing(send, folder, source.files)
  const answer = await send('POST', '/v1/projects', {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      text,
      path: basename(path),
      source: { ...source, ...(await uploadChanges(send, folder, source)) },
    }),
  })
  const application = (await answer.json()) as Application
  return { application, fileCount: source.files.length, uploadedCount }
}

/** The difference to the commit, so that a run can show what the commit alone does not. */
async function uploadChanges(send: Send, folder: string, source: ProjectSource) {
  const changes = source.dirty === true ? await readGitChanges(folder) : undefined
  if (changes === undefined) return {}
  const answer = await send('PUT', '/v1/blobs', {
    headers: { 'content-type': 'application/octet-stream' },
    body: changes,
  })
  return { changes: (await answer.json()) as { digest: string; sizeBytes: number } }
}

async function uploadMissing(send: Send, folder: string, files: readonly SourceEntry[]): Promise<number> {
  const byDigest = new Map(files.map((file) => [file.digest, file]))
  const queue = [...byDigest.values()]
  let uploaded = 0
  const work = async () => {
    for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
      if (await hasBlob(send, file.digest)) continue
      // Whole in memory: source files are small (readSource sees to it), and so the request can be repeated.
      await send('PUT', '/v1/blobs', {
        headers: { 'content-type': 'application/octet-stream', 'slipway-digest': file.digest },
        body: await readFile(join(folder, file.path)),
      })
      uploaded += 1
    }
  }
  await Promise.all(Array.from({ length: parallelUploads }, work))
  return uploaded
}

async function hasBlob(send: Send, digest: string): Promise<boolean> {
  try {
    await send('HEAD', `/v1/blobs/${digest}`)
    return true
  } catch (error) {
    if (isSlipwayError(error) && error.status === 404) return false
    throw error
  }
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
