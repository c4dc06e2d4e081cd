import { createSpotlight } from '@mantine/spotlight'

/** The palette's own store, so that the header can open it before its code has been fetched. */
export const [paletteStore, palette] = createSpotlight()

export const openPalette = (): void => palette.open()

/**
 * Marks the row at the selected place again, the first one when none is selected. Mantine marks a row when the query
 * changes, by an attribute that React knows nothing of: names that arrive later take the marked row away, or are the first
 * to be there, and Enter would do nothing.
 */
export function keepSelection(): void {
  const { listId, selected, opened } = paletteStore.getState()
  const list = document.getElementById(listId)
  const place = Math.max(selected, 0)
  const row = list?.querySelectorAll('[data-action]')[place]
  if (!opened || row === undefined || row.hasAttribute('data-selected')) return
  list?.querySelector('[data-selected]')?.removeAttribute('data-selected')
  row.setAttribute('data-selected', 'true')
  paletteStore.updateState((state) => ({ ...state, selected: place }))
}
