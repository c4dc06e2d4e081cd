import { createTheme, type MantineColorsTuple } from '@mantine/core'

/** Petrol: the color of actions and links. Shade 8 on white and shade 4 on the dark surface both reach AA. */
const tide: MantineColorsTuple = [
  '#e4f4f6',
  '#cfe8ec',
  '#a1d2da',
  '#6fbbc7',
  '#5cc4d2',
  '#2b95a7',
  '#148499',
  '#0b7487',
  '#0a6375',
  '#074e5d',
]

/** The dark scheme's ladder, from text to the deepest background, with a trace of sea. */
const dark: MantineColorsTuple = [
  '#dde8ec',
  '#a3b6be',
  '#879ca5',
  '#5c737d',
  '#2b424b',
  '#20333b',
  '#16262d',
  '#111e24',
  '#0e191e',
  '#0b1519',
]

const gray: MantineColorsTuple = [
  '#f7f9f9',
  '#eef3f4',
  '#dfe6e8',
  '#cfd9dc',
  '#c3ced2',
  '#9fb0b7',
  '#596d76',
  '#465b64',
  '#24383f',
  '#10242b',
]

export const theme = createTheme({
  primaryColor: 'tide',
  primaryShade: { light: 8, dark: 6 },
  colors: { tide, dark, gray },
  black: '#10242b',
  fontFamily: '"IBM Plex Sans", ui-sans-serif, system-ui, sans-serif',
  fontFamilyMonospace: '"IBM Plex Mono", ui-monospace, monospace',
  headings: {
    fontFamily: '"IBM Plex Sans", ui-sans-serif, system-ui, sans-serif',
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.3' },
      h2: { fontSize: '1rem', lineHeight: '1.4' },
      h3: { fontSize: '0.875rem', lineHeight: '1.4' },
    },
  },
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.25rem', xl: '2rem' },
  radius: { xs: '3px', sm: '5px', md: '6px', lg: '10px', xl: '16px' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  components: {
    Tooltip: { defaultProps: { openDelay: 250, withArrow: true, fz: 'xs' } },
    Button: { defaultProps: { size: 'xs' } },
    TextInput: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs' } },
    SegmentedControl: { defaultProps: { size: 'xs' } },
    Table: { defaultProps: { verticalSpacing: 6, horizontalSpacing: 'sm' } },
  },
})
