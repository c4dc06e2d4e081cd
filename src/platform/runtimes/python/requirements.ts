import { parse } from 'yaml'

/** What a model says it needs. */
export interface Requirements {
  /** Lines for pip, in the order given; empty: nothing beside the interpreter. */
  readonly lines: readonly string[]
  /** `3.11.7`, when it says which Python it was made with. */
  readonly python: string | undefined
}

/**
 * Reads requirements.txt, or else the dependencies of python_env.yaml, or else the pip part of conda.yaml. `read` answers
 * the text of a file beside the model's description, or undefined.
 */
export async function readRequirements(read: (path: string) => Promise<string | undefined>): Promise<Requirements> {
  const [text, environment, conda] = await Promise.all(['requirements.txt', 'python_env.yaml', 'conda.yaml'].map(read))
  const own = parseObject(environment)
  const listed = listOf(own.dependencies).filter((line) => !/^-r\s/.test(line))
  const lines = text === undefined ? (listed.length > 0 ? listed : condaLines(conda)) : linesOf(text)
  return { lines, python: typeof own.python === 'string' ? own.python : condaPython(conda) }
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '')
}

function condaLines(text: string | undefined): string[] {
  const { dependencies } = parseObject(text)
  if (!Array.isArray(dependencies)) return []
  return dependencies.flatMap((each: unknown) =>
    typeof each === 'object' && each !== null && 'pip' in each ? listOf(each.pip) : [],
  )
}

function condaPython(text: string | undefined): string | undefined {
  const found = listOf(parseObject(text).dependencies).map((line) => /^python=+([\d.]+)/.exec(line)?.[1])
  return found.find((version) => version !== undefined)
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : []
}

function parseObject(text: string | undefined): Record<string, unknown> {
  const value: unknown = text === undefined ? undefined : parse(text)
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {}
}
