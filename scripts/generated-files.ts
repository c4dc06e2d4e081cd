import { join } from 'node:path'
import { manifestFile } from '../src/surfaces/cli/manifest-of.ts'
import { generateSdk } from '../src/surfaces/sdk/index.ts'
import { describeAll } from './catalog.ts'

/** Path to text, by part. */
export async function generatedFiles(): Promise<Record<'sdk' | 'cli', ReadonlyMap<string, string>>> {
  const description = await describeAll()
  return {
    sdk: inFolder('src/sdk', generateSdk(description)),
    cli: new Map([['src/surfaces/cli/manifest.generated.ts', manifestFile(description)]]),
  }
}

function inFolder(folder: string, files: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...files].map(([name, text]) => [join(folder, name), text]))
}
