import { invalidInput } from '../../platform/inference/index.ts'

/** The name of a model as a path carries it. */
export function decodeName(encoded: string): string {
  try {
    return decodeURIComponent(encoded)
  } catch {
    throw invalidInput(`the name ${JSON.stringify(encoded)} in the path is not valid percent-encoding`)
  }
}
