import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { repository, type Server, startServer } from '../../examples/flights/replay/server.ts'
import { createSlipway } from '../../src/sdk/index.ts'
import { collectProblems, missingBrowser, openBrowser, seen, type TestBrowser } from './browser.ts'
import { namelessControls } from './nameless-controls.ts'
import { pagesOf } from './pages.ts'
import { seed, storeFile } from './seed.ts'

const missing = missingBrowser()

describe.skipIf(missing !== undefined)(
  `web application${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let folder: string
    let server: Server
    let browser: TestBrowser
    let tab: Page
    let problems: readonly string[]

    beforeAll(async () => {
      if (!existsSync(join(repository, 'dist/ui/index.html'))) throw new Error('dist/ui is missing: npm run build:ui')
      folder = await mkdtemp(join(tmpdir(), 'slipway-ui-'))
      server = await startServer({ dataDir: join(folder, 'data'), port: 0 })
      await seed(server.url)
      browser = await openBrowser()
    })

    afterAll(async () => {
      await browser?.close()
      await server?.stop()
      if (folder !== undefined) await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    })

    beforeEach(async () => {
      tab = await browser.context.newPage()
      problems = collectProblems(tab)
    })

    afterEach(async () => {
      await tab?.close()
    })

    const open = async (path: string) => {
      await tab.goto(server.url + path)
      await tab.locator('h1, [role="alert"]').first().waitFor()
      await tab.locator('[aria-label="Loading"]').first().waitFor({ state: 'detached' })
    }
    const row = (text: string) => tab.locator('tbody tr', { hasText: text })

    it('shows every page with what the server holds, no error in the console, and a name on every control', async () => {
      const pages = await pagesOf(server.url)
      expect(pages.length).toBeGreaterThan(30)
      for (const { name, path } of pages) {
        await open(path)
        expect(await tab.locator('[role="alert"]').allTextContents(), name).toEqual([])
        expect(await namelessControls(tab), name).toEqual([])
      }
      expect(problems).toEqual([])
    })

    it('finds things by name with the keyboard alone', async () => {
      await open('/')
      // Whoever types fast has typed before the names are there.
      const typed = Promise.withResolvers<void>()
      await tab.route(/limit=200/, (route) => typed.promise.then(() => route.continue()))
      await tab.keyboard.press('Control+k')
      await tab.getByPlaceholder('Page, dataset').waitFor()
      await tab.keyboard.type('tide tra')
      typed.resolve()
      await tab.locator('[data-action]', { hasText: 'tide-train' }).first().waitFor()
      await tab.keyboard.press('Enter')
      await tab.waitForURL('**/pipelines/tide-train')
      await tab.getByRole('heading', { name: 'tide-train', level: 1 }).waitFor()
    })

    it('goes to sections, through rows and into them by single keys, and explains the keys', async () => {
      await open('/')
      await tab.keyboard.press('g')
      await tab.keyboard.press('d')
      await tab.waitForURL('**/datasets')
      await row('tides').waitFor()
      await tab.keyboard.press('j')
      await tab.keyboard.press('Enter')
      await tab.waitForURL('**/datasets/tides')
      await tab.keyboard.press('?')
      await tab.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
      await tab.keyboard.press('Escape')
      await tab.getByRole('dialog').waitFor({ state: 'detached' })
    })

    it('shows what happens on the server without a reload', async () => {
      await open('/models')
      await tab.getByText('Live').waitFor()
      await tab.evaluate(() => Object.assign(window, { isSamePage: true }))
      await createSlipway({ url: server.url }).models.create({ name: 'fog-risk' })
      const slipway = createSlipway({ url: server.url })
      const files = [{ path: 'notes.txt', digest: await textBlob('fog'), sizeBytes: 3 }]
      await slipway.models.versions.create({ model: 'fog-risk', files, format: 'text' })
      await row('fog-risk').waitFor()
      expect(await tab.evaluate(() => 'isSamePage' in window)).toBe(true)
    })

    it('draws metrics as they are logged', async () => {
      const slipway = createSlipway({ url: server.url })
      const { items } = await slipway.runs.search({ filter: "attributes.status = 'RUNNING'" })
      const run = items[0]
      if (run === undefined) throw new Error('the seed has no running run')
      await open(`/runs/${run.id}`)
      await tab.locator('.uplot canvas').first().waitFor()
      await slipway.runs.log({
        runId: run.id,
        metrics: [{ key: 'loss', value: 0.125, step: 900, timestamp: Date.now() }],
      })
      await slipway.runs.update({ runId: run.id, status: 'FINISHED' })
      await tab.getByText('latest 0.125').waitFor()
      await tab.getByText('finished').first().waitFor()
    })

    it('keeps sort, filter and tab in the address', async () => {
      await open('/datasets/tides/2?tab=files')
      await row('april.csv').waitFor()
      await tab.getByLabel('Filter files').fill('march')
      await row('april.csv').waitFor({ state: 'detached' })
      await tab.getByRole('button', { name: 'Size' }).click()
      await expect.poll(() => new URL(tab.url()).search).toBe('?tab=files&files.q=march&files.sort=-size')
      await tab.reload()
      await row('march.csv').waitFor()
      expect(await tab.locator('tbody tr').count()).toBe(1)
      expect(await tab.getByRole('columnheader', { name: 'Size' }).getAttribute('aria-sort')).toBe('descending')
    })

    it('remembers dark and paints it before the application has loaded', async () => {
      await open('/models')
      await tab.getByRole('button', { name: 'Color scheme' }).click()
      await tab.getByRole('menuitem', { name: 'Dark' }).click()
      const background = () => tab.evaluate(() => getComputedStyle(document.body).backgroundColor)
      await expect.poll(background).toBe('rgb(11, 21, 25)')
      await tab.route('**/assets/*.js', (route) => route.abort())
      await tab.goto(`${server.url}/models`)
      expect(await background()).toBe('rgb(11, 21, 25)')
      await tab.unrouteAll()
      await tab.evaluate(() => localStorage.removeItem('mantine-color-scheme-value'))
    })

    it('walks a graph with the arrow keys', async () => {
      await open('/pipelines/tide-train')
      await tab.locator('[data-node="features"]').waitFor()
      await tab.locator('[data-node="features"]').focus()
      await tab.keyboard.press('ArrowRight')
      expect(await tab.evaluate(() => document.activeElement?.getAttribute('data-node'))).toBe('train')
    })

    it('predicts a row by hand, from a recorded one, and takes its label', async () => {
      await open('/deployments/tide-risk?tab=try')
      const form = tab.locator('form')
      await form.getByRole('textbox').first().fill('deep')
      await form.getByRole('button', { name: 'Predict' }).click()
      await form.getByText('"deep" is not a number').waitFor()
      await form.getByRole('button', { name: 'Another recorded row' }).click()
      await form.getByRole('button', { name: 'Predict' }).click()
      await tab.getByText('It says').waitFor()
      await tab.getByLabel('It was').fill('1')
      await seen(tab.getByText('The label is recorded.'), tab.getByRole('button', { name: 'Record the label' }).click())
      await tab.locator('a[href*="prd_"]').click()
      await tab.getByText('Where this answer comes from').waitFor()
    })

    it('says what is wrong and what to do when a thing or a page does not exist', async () => {
      await open('/models/no-such-model')
      const alert = tab.locator('[role="alert"]')
      await alert.getByText('There is no model no-such-model.').waitFor()
      await alert.getByText('slipway models list').waitFor()
      await tab.goto(`${server.url}/no/such/page`)
      await tab.getByText('No page here').waitFor()
    })

    it('starts a pipeline from its page and follows the run to its end', async () => {
      await open('/pipelines/tide-train')
      await tab.locator('header').getByRole('button', { name: 'Run', exact: true }).click()
      await tab.waitForURL('**/pipeline-runs/plr_*')
      await tab.locator('header').getByText('succeeded').first().waitFor()
      await tab.locator('[data-node="check"]').waitFor()
    })

    it('says when the server is gone, and is live again when it is back', async () => {
      await open('/datasets')
      await tab.getByText('Live').waitFor()
      const port = Number(new URL(server.url).port)
      await server.stop()
      await tab.getByText('Offline').waitFor()
      server = await startServer({ dataDir: join(folder, 'data'), port })
      await tab.getByText('Live').waitFor()
      // A connection that waits while a worker takes the port over is reset: what writes comes after.
      const isServing = () => fetch(`${server.url}/v2/health/ready`).then(({ ok }) => ok)
      await expect.poll(isServing).toBe(true)
      await createSlipway({ url: server.url }).datasets.create({ name: 'currents' })
      const slipway = createSlipway({ url: server.url })
      const files = [{ path: 'a.txt', digest: await textBlob('a'), sizeBytes: 1 }]
      await slipway.datasets.versions.create({ dataset: 'currents', files })
      await row('currents').waitFor()
    })

    async function textBlob(text: string): Promise<string> {
      return (await storeFile(createSlipway({ url: server.url }), 'notes.txt', text)).digest
    }
  },
)
