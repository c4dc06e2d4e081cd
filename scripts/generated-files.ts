import { join } from 'node:path'
import { generateSdk } from '../src/surfaces/sdk/index.ts'
import { describeAll } from './catalog.ts'

/** Path to text, by part. */
export async function generatedFiles(): Promise<Record<'sdk', ReadonlyMap<string, string>>> {
  const description = await describeAll()
  return { sdk: inFolder('src/sdk', generateSdk(description)) }
}

function inFolder(folder: string, files: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...files].map(([name, text]) => [join(folder, name), text]))
}
