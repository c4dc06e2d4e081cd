import { join } from 'node:path'
import { serverCommands } from '../src/server/commands/index.ts'
import { clientCommands } from '../src/surfaces/cli/index.ts'
import { manifestFile, manifestOf } from '../src/surfaces/cli/manifest-of.ts'
import type { Description } from '../src/surfaces/describe/index.ts'
import { cliPage, configPage, errorsPage, operationsPage } from '../src/surfaces/markdown/index.ts'
import { generateSdk } from '../src/surfaces/sdk/index.ts'
import { describeAll } from './catalog.ts'

type Part = 'sdk' | 'cli' | 'docs'

/** Path to text, by part. */
export async function generatedFiles(): Promise<Record<Part, ReadonlyMap<string, string>>> {
  const description = await describeAll()
  return {
    sdk: inFolder('src/sdk', generateSdk(description)),
    cli: new Map([['src/surfaces/cli/manifest.generated.ts', manifestFile(description)]]),
    docs: inFolder('docs/reference', referencePages(description)),
  }
}

function referencePages(description: Description): Map<string, string> {
  const manifest = manifestOf(description)
  const own = serverCommands({
    packageDir: '.',
    manifest,
    uptimeMs: () => 0,
    protocols: () => import('../src/dialects/inference/protocols/index.ts'),
  })
  const commands = [...own, ...clientCommands]
  return new Map([
    ['errors.md', errorsPage(description)],
    ['operations.md', operationsPage(description)],
    ['config.md', configPage(description)],
    ['cli.md', cliPage(manifest, commands)],
  ])
}

function inFolder(folder: string, files: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...files].map(([name, text]) => [join(folder, name), text]))
}
