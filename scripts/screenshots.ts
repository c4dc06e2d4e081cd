/**
 * Takes a picture of every page, light and dark, of a running server:
 * `node scripts/screenshots.ts [--url http://127.0.0.1:5000] [--to .cache/screenshots] [--only run,model]`.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openBrowser } from '../test/browser/browser.ts'
import { pagesOf } from '../test/browser/pages.ts'

const { values: options } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:5000' },
    to: { type: 'string', default: '.cache/screenshots' },
    only: { type: 'string', default: '' },
    scheme: { type: 'string', default: 'light,dark' },
  },
})

const wanted = options.only === '' ? undefined : new Set(options.only.split(','))
const pages = (await pagesOf(options.url)).filter(({ name }) => wanted?.has(name) ?? true)
await mkdir(options.to, { recursive: true })
for (const scheme of options.scheme.split(',')) {
  if (scheme !== 'light' && scheme !== 'dark') throw new Error(`--scheme is light or dark, not ${scheme}`)
  const browser = await openBrowser(scheme)
  try {
    const tab = await browser.context.newPage()
    tab.on('console', (message) => {
      if (message.type() === 'error') console.log(`  console: ${message.text()}`)
    })
    tab.on('pageerror', (error) => console.log(`  error: ${error.message}`))
    for (const { name, path } of pages) {
      await tab.goto(options.url + path)
      await tab.locator('h1').first().waitFor()
      await tab.locator('[role="status"][aria-label="Loading"]').first().waitFor({ state: 'detached' })
      // Charts and graphs come as chunks of their own and draw after their data.
      await tab.waitForTimeout(900)
      const file = join(options.to, `${name}-${scheme}.png`)
      await tab.screenshot({ path: file })
      console.log(file)
    }
  } finally {
    await browser.close()
  }
}
