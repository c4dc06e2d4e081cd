import { createSpotlight } from '@mantine/spotlight'

/** The palette's own store, so that the header can open it before its code has been fetched. */
export const [paletteStore, palette] = createSpotlight()

export const openPalette = (): void => palette.open()
