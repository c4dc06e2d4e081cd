import type { Findable, MenuPlace, RegisteredPage } from '../kit/registered-page.ts'
import * as folders from '../pages.ts'

export const registeredPages: readonly RegisteredPage[] = Object.values(folders).flat()

/** An entry of the menu. */
export interface MenuEntry extends MenuPlace {
  readonly to: string
}

/** The sections of the menu, in its order. */
export const menuSections: readonly { readonly id: MenuPlace['section']; readonly title?: string }[] = [
  { id: 'watch' },
  { id: 'build', title: 'Build' },
  { id: 'run', title: 'Run' },
  { id: 'trace', title: 'Trace' },
]

/** The entries of the menu, from top to bottom. */
export const menu: readonly MenuEntry[] = menuSections.flatMap(({ id }) =>
  registeredPages
    .flatMap(({ path, menu: place }) => (place?.section === id ? [{ ...place, to: path() }] : []))
    .sort((a, b) => a.order - b.order),
)

/** First parts of addresses, as `/runs` is one of `/runs/compare`, with the entry that their pages are told as part of. */
const entryOf = new Map(
  Object.values(folders).flatMap((pages: readonly RegisteredPage[]) => {
    const own = pages.find((page) => page.menu !== undefined)?.path
    return pages.map(({ path, within = own }) => [
      firstPart(path.pattern),
      menu.find(({ to }) => to === within?.pattern),
    ])
  }),
)

export function menuEntryOf(pathname: string): MenuEntry | undefined {
  return entryOf.get(firstPart(pathname))
}

function firstPart(path: string): string {
  return path.split('/')[1] ?? ''
}

/** The pages that the palette finds by name. */
export const namedPages: readonly Findable[] = [
  ...menu.map(({ label, to }) => ({ label, kind: 'Page', to })),
  ...registeredPages.flatMap(({ label, path }) => (label === undefined ? [] : [{ label, kind: 'Page', to: path() }])),
]

/** Every named thing that a page shows. What fails to load is left out: the rest can still be found. */
export async function findThings(): Promise<readonly Findable[]> {
  const lists = await Promise.allSettled(registeredPages.map(({ finds }) => finds?.() ?? []))
  return lists.flatMap((list) => (list.status === 'fulfilled' ? list.value : []))
}
