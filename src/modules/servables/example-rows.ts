import type { ServableContext } from './context.ts'
import type { InputExample } from './formats.ts'
import type { ModelSignature } from './model.ts'
import type { PackageFile } from './stored-model.ts'

/** The rows that were logged with a Python model, if its format keeps some. */
export async function findExample(
  { platform, pythonFormats }: Pick<ServableContext, 'platform' | 'pythonFormats'>,
  { files, signature }: { readonly files: readonly PackageFile[]; readonly signature: ModelSignature },
): Promise<InputExample | undefined> {
  for (const { example } of pythonFormats) {
    const file = files.find(({ path }) => path === example?.file)
    if (example === undefined || file === undefined) continue
    const text = (await platform.blobs.bytes(file.digest)).toString()
    return { file: example.file, rows: example.read(text, signature.inputs) }
  }
  return undefined
}
