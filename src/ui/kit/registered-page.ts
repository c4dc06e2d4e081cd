import type { TablerIcon } from '@tabler/icons-react'
import type { QueryClient } from '@tanstack/react-query'
import type { FunctionComponent } from 'react'
import type { Path } from './path.ts'

/**
 * All that the application knows of a page before its code is fetched. Router, menu, shortcuts, palette and the way from an
 * id to its page are read from these values; the list of them is `ui/pages.ts`.
 */
export interface RegisteredPage {
  readonly path: Path
  /** A chunk of its own, fetched when a link to the page is first hovered or opened. */
  readonly load: () => Promise<{ readonly Page: FunctionComponent }>
  /** Asks for the page's first data while its code is on its way. */
  readonly ask?: Ask
  /** Its place in the menu. Pages of the same folder are told as part of it. */
  readonly menu?: MenuPlace
  /** A page of a folder that has no place in the menu: the one that it is told as part of. */
  readonly within?: Path
  /** Its name in the palette, where it has no place in the menu. */
  readonly label?: string
  /** The named things that this page shows, for the palette. */
  readonly finds?: () => Promise<readonly Findable[]>
  /** The things that this page shows, by the prefix of their ids: the address at which one is seen. */
  readonly ids?: Readonly<Record<string, (id: string) => string | Promise<string>>>
}

export interface MenuPlace {
  readonly label: string
  readonly section: 'watch' | 'build' | 'run' | 'trace'
  /** Smallest first in its section. */
  readonly order: number
  /** Key after `g` that goes there. */
  readonly key: string
  readonly icon: TablerIcon
}

export type Ask = (
  queries: QueryClient,
  params: Readonly<Record<string, string>>,
  search: Readonly<Record<string, unknown>>,
) => Promise<void>

/** Something the palette can find and go to. */
export interface Findable {
  readonly label: string
  /** What it is, in words: `Page`, `Model`, `Run`. */
  readonly kind: string
  readonly to: string
}

/** As many of a kind as the palette knows by name. */
const foundAtMost = 200

/** What the palette finds of one kind: a list of the server, and how each thing is called and where it is. */
export function finds<Item>(
  kind: string,
  list: (request: { readonly limit: number }) => PromiseLike<{ readonly items: readonly Item[] }>,
  describe: (item: Item) => readonly [label: string, to: string],
): () => Promise<readonly Findable[]> {
  return async () =>
    (await list({ limit: foundAtMost })).items.map((item) => {
      const [label, to] = describe(item)
      return { label, kind, to }
    })
}
