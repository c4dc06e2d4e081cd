import { useComputedColorScheme } from '@mantine/core'
import { useMemo } from 'react'

export interface ThemeColors {
  readonly ink: string
  readonly muted: string
  readonly line: string
  readonly surface: string
  readonly series: readonly string[]
}

/** The tokens of tokens.css as plain colors, for drawing on a canvas; they change with the color scheme. */
export function useThemeColors(): ThemeColors {
  const scheme = useComputedColorScheme('light')
  return useMemo(() => readColors(scheme), [scheme])
}

// The scheme's name is unused but makes each scheme its own reading.
function readColors(_scheme: string): ThemeColors {
  const style = getComputedStyle(document.documentElement)
  const read = (name: string) => style.getPropertyValue(`--sl-${name}`).trim()
  return {
    ink: read('ink'),
    muted: read('ink-3'),
    line: read('line'),
    surface: read('surface'),
    series: [1, 2, 3, 4, 5, 6, 7, 8].map((index) => read(`series-${index}`)),
  }
}
