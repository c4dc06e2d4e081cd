import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { repository, type Server, startServer } from '../../examples/flights/replay/server.ts'
import { createSlipway, type Slipway } from '../../src/sdk/index.ts'
import { logisticModel } from '../../src/testing/onnx-model.ts'
import { missingBrowser, openBrowser, seen, type TestBrowser } from './browser.ts'
import { storeFile } from './seed.ts'

const missing = missingBrowser()

describe.skipIf(missing !== undefined)(
  `a run in the browser${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let folder: string
    let server: Server
    let browser: TestBrowser
    let tab: Page
    let slipway: Slipway
    let runId: string

    beforeAll(async () => {
      if (!existsSync(join(repository, 'dist/ui/index.html'))) throw new Error('dist/ui is missing: npm run build:ui')
      folder = await mkdtemp(join(tmpdir(), 'slipway-ui-'))
      server = await startServer({ dataDir: join(folder, 'data'), port: 0 })
      slipway = createSlipway({ url: server.url })
      runId = (await slipway.runs.create({ experimentId: 'Default', name: 'long' })).id
      for (let at = 0; at < 6000; at += 1000) {
        // One point in 6,000 stands out.
        const metrics = Array.from({ length: 1000 }, (_, index) => at + index).map((step) => ({
          key: 'loss',
          value: step === 4321 ? 99 : 1,
          step,
          timestamp: 1_700_000_000_000 + step * 1000,
        }))
        await slipway.runs.log({ runId, metrics })
      }
      const files = {
        'model.onnx': logisticModel([0.4, 0.1], -3),
        'scores.csv': 'station,height\nnorth,3\nquay,4\n',
        'report.html':
          '<p id="p">still</p><script>try { localStorage.length; p.textContent = "let in" } catch (error) { p.textContent = "kept out" }</script>',
      }
      for (const [path, content] of Object.entries(files)) {
        await slipway.runs.artifacts.store({ runId, ...(await storeFile(slipway, path, content)) })
      }
      browser = await openBrowser()
      tab = await browser.context.newPage()
    })

    afterAll(async () => {
      await browser?.close()
      await server?.stop()
      if (folder !== undefined) await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    })

    it('asks for the part of a chart that is zoomed into', async () => {
      const parts: (string | null)[] = []
      tab.on('request', (request) => {
        const url = new URL(request.url())
        if (url.pathname.endsWith('/metrics/chart')) parts.push(url.searchParams.get('fromStep'))
      })
      await tab.goto(`${server.url}/runs/${runId}`)
      const plot = tab.getByRole('figure', { name: 'loss by step' }).locator('.u-over')
      await plot.waitFor()
      const box = await plot.boundingBox()
      if (box === null) throw new Error('the plot is not drawn')
      const y = box.y + box.height / 2
      await tab.mouse.move(box.x + box.width * 0.6, y)
      await tab.mouse.down()
      await tab.mouse.move(box.x + box.width * 0.8, y, { steps: 5 })
      await tab.mouse.up()
      await expect.poll(() => parts.some((part) => part !== null)).toBe(true)
      const from = Number(parts.find((part) => part !== null))
      expect(from).toBeGreaterThan(3400)
      expect(from).toBeLessThan(3800)
    })

    it('shows a model as a graph, a table as rows, and a page that cannot reach ours', async () => {
      await tab.goto(`${server.url}/runs/${runId}?tab=artifacts`)
      await tab.getByRole('button', { name: 'model.onnx', exact: true }).click()
      await tab.getByRole('button', { name: 'operator, Softmax' }).waitFor()
      await tab.getByRole('button', { name: 'scores.csv', exact: true }).click()
      await tab.getByRole('table', { name: 'rows' }).getByText('quay').waitFor()
      await tab.getByRole('button', { name: 'report.html', exact: true }).click()
      await tab.frameLocator('iframe[title="report.html"]').getByText('kept out').waitFor()
    })

    it('writes a report of text and a live chart, which shows to whoever gets the link', async () => {
      await tab.goto(`${server.url}/reports`)
      await tab.getByRole('button', { name: 'New report' }).click()
      await tab.getByLabel('Name of the report').fill('Why loss jumps')
      await tab.getByRole('button', { name: 'Text' }).click()
      await tab.getByRole('textbox', { name: 'Text' }).fill('## What we see\n\n- one **spike**')
      await tab.getByRole('button', { name: 'Curves' }).click()
      await tab.getByRole('combobox', { name: 'Metric' }).click()
      await tab.getByRole('option', { name: 'loss' }).click()
      await seen(tab.getByText('The report is saved.'), tab.getByRole('button', { name: 'Save' }).click())
      const other = await browser.context.newPage()
      await other.goto(tab.url())
      await other.getByRole('heading', { name: 'Why loss jumps' }).waitFor()
      await other.getByRole('heading', { name: 'What we see' }).waitFor()
      await other.getByRole('figure', { name: 'loss of 1 runs by step' }).locator('canvas').waitFor()
      await other.close()
    })
  },
)
