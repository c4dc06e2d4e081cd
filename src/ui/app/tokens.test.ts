import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const css = readFileSync(new URL('tokens.css', import.meta.url), 'utf8')

/** The opaque colors of one scheme by their names without `--sl-`. */
function tokens(selector: string): Map<string, string> {
  const block = css.slice(css.indexOf(`${selector} {`)).split('}')[0] ?? ''
  return new Map(
    [...block.matchAll(/--sl-([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = '', value = '']) => [name, value]),
  )
}

/** WCAG 2.2 contrast ratio of two colors. */
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(color: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

const light = tokens(':root')
const schemes = { light, dark: new Map([...light, ...tokens(':root[data-mantine-color-scheme="dark"]')]) }
const texts = ['ink', 'ink-2', 'ink-3', 'accent', 'ok', 'run', 'warn', 'bad', 'idle']
const grounds = ['surface', 'canvas', 'sunken', 'hover']

it.each(Object.entries(schemes))(
  'writes every text of the %s scheme with a contrast of at least 4.5',
  (_name, scheme) => {
    const weak: string[] = []
    for (const text of texts) {
      for (const ground of [...grounds, `${text}-soft`]) {
        const [ink, paper] = [scheme.get(text), scheme.get(ground)]
        if (ink === undefined) throw new Error(`no token ${text}`)
        if (paper !== undefined && contrast(ink, paper) < 4.5)
          weak.push(`${text} on ${ground}: ${contrast(ink, paper).toFixed(2)}`)
      }
    }
    expect(weak).toEqual([])
  },
)
