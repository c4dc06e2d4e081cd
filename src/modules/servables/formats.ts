import type { Json } from '../../kernel/json.ts'
import type { Description } from '../../platform/runtimes/index.ts'

/** A way to describe a folder that Python loads; each is told by whoever knows it. */
export interface PythonFormat {
  /** Name of the file that lies in such a folder and describes it. */
  readonly file: string
  /** Such a folder, in a list of what can be registered: `a folder with a … file`. */
  readonly words: string
  /** What the text of that file says. Throws `Undescribed`. */
  readonly describe: (text: string) => Description
  /** Rows that were logged with the model: the file beside it, and how it is read; empty where it holds none that fit. */
  readonly example?: {
    readonly file: string
    readonly read: (text: string, inputs: readonly { readonly name: string }[]) => readonly ExampleRow[]
  }
}

type ExampleRow = Readonly<Record<string, Json>>

/** Rows that came with a model. */
export interface InputExample {
  readonly file: string
  readonly rows: readonly ExampleRow[]
}
