/** The Python that a command line names, and how it is asked what it finds installed. */

export interface Interpreter {
  readonly name: string
  readonly version: string
  readonly executable: string
  /** Versions by name of package. */
  readonly packages: Readonly<Record<string, string>>
}

const pythonWord = /^(?:.*\/)?python(?:\d(?:\.\d+)?)?$/

/** The first word of the command that is a Python; undefined when there is none, as far as the text tells. */
export function findInterpreter(command: string | readonly string[]): string | undefined {
  const words = typeof command === 'string' ? command.split(/[\s;&|()]+/) : command
  return words.find((word) => pythonWord.test(word))
}

const script = `
import importlib.metadata as metadata, json, platform, sys
packages = {d.metadata["Name"]: d.version for d in metadata.distributions() if d.metadata["Name"]}
print(json.dumps({"name": "python", "version": platform.python_version(), "executable": sys.executable,
  "packages": dict(sorted(packages.items(), key=lambda item: item[0].lower()))}))
`

/** What the interpreter is called with; it prints a line that `parseProbe` reads. */
export const probeArguments: readonly string[] = ['-c', script]

export function parseProbe(output: string): Interpreter | undefined {
  const line = output.split('\n').find((one) => one.startsWith('{"name"'))
  if (line === undefined) return undefined
  try {
    return JSON.parse(line) as Interpreter
  } catch {
    return undefined
  }
}
