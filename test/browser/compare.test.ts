import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { repository, type Server, startServer } from '../../examples/flights/replay/server.ts'
import { createSlipway, type Slipway } from '../../src/sdk/index.ts'
import { collectProblems, missingBrowser, openBrowser, seen, type TestBrowser } from './browser.ts'

const missing = missingBrowser()

describe.skipIf(missing !== undefined)(
  `runs, models and webhooks in the browser${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let folder: string
    let server: Server
    let browser: TestBrowser
    let tab: Page
    let slipway: Slipway
    let problems: readonly string[]
    const receiver = createServer((request, response) => {
      request.resume()
      request.on('end', () => response.end('thank you'))
    })

    beforeAll(async () => {
      if (!existsSync(join(repository, 'dist/ui/index.html'))) throw new Error('dist/ui is missing: npm run build:ui')
      folder = await mkdtemp(join(tmpdir(), 'slipway-ui-'))
      server = await startServer({ dataDir: join(folder, 'data'), port: 0 })
      slipway = createSlipway({ url: server.url })
      await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done))
      const { id } = await slipway.experiments.create({ name: 'harbor' })
      for (const [index, depth] of [2, 4, 6, 8].entries()) {
        const run = await slipway.runs.create({
          experimentId: id,
          name: `run-${depth}`,
          startedAt: 1_700_000_000_000 + index,
        })
        const metrics = Array.from({ length: 20 }, (_, step) => ({ key: 'loss', value: depth / (step + 1), step }))
        await slipway.runs.log({ runId: run.id, params: { depth: String(depth), seed: '1' }, metrics })
      }
      browser = await openBrowser()
    })

    afterAll(async () => {
      await browser?.close()
      await server?.stop()
      receiver.closeAllConnections()
      receiver.close()
      if (folder !== undefined) await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    })

    beforeEach(async () => {
      tab = await browser.context.newPage()
      problems = collectProblems(tab)
    })

    afterEach(async () => {
      await tab?.close()
      expect(problems).toEqual([])
    })

    const chosen = (text: string) => tab.getByRole('region', { name: 'Chosen runs' }).getByText(text)

    it('compares chosen runs, and shows the same to whoever gets the link', async () => {
      await tab.goto(`${server.url}/experiments/harbor`)
      for (const name of ['run-2', 'run-8', 'run-4'])
        await tab.getByRole('checkbox', { name: `Choose ${name}` }).click()
      await chosen('3 runs chosen').waitFor()
      await tab.getByRole('link', { name: 'Compare' }).click()
      await tab.getByRole('heading', { name: 'Compare 3 runs' }).waitFor()
      await tab
        .getByRole('figure', { name: 'The runs by parameters and metrics' })
        .locator('svg path')
        .first()
        .waitFor({ state: 'attached' })
      await tab.getByRole('tab', { name: 'Curves' }).click()
      await tab.getByRole('figure', { name: 'loss of 3 runs by step' }).locator('canvas').waitFor()
      await tab.getByRole('tab', { name: 'Scatter' }).click()
      await tab
        .getByRole('figure', { name: 'loss by depth' })
        .locator('svg path')
        .first()
        .waitFor({ state: 'attached' })
      await tab.getByRole('tab', { name: 'Bars' }).click()
      await tab
        .getByRole('figure', { name: 'loss of each run' })
        .locator('svg path')
        .first()
        .waitFor({ state: 'attached' })
      await tab.getByRole('tab', { name: 'Importance' }).click()
      await tab.getByText('1.00, higher with it (3 runs)').waitFor()
      await tab.getByRole('tab', { name: 'Differences' }).click()
      const rows = tab.getByRole('table', { name: 'Differences' }).locator('tbody tr')
      await rows.first().waitFor()
      expect(await rows.allTextContents()).toEqual(['depth284', 'loss0.10.40.2'])
      await tab.getByRole('switch', { name: 'Also what is equal' }).click()
      await tab.getByRole('rowheader', { name: 'seed' }).waitFor()
      await tab.getByRole('button', { name: 'Leave out run-8' }).click()
      await tab.getByRole('heading', { name: 'Compare 2 runs' }).waitFor()
      const other = await browser.context.newPage()
      await other.goto(tab.url())
      await other.getByRole('rowheader', { name: 'seed' }).waitFor()
      expect(await other.getByRole('columnheader').allTextContents()).toEqual(['Name', ' run-2', ' run-4'])
      await other.close()
    })

    it('tags and deletes several runs at once', async () => {
      await tab.goto(`${server.url}/experiments/harbor`)
      for (const name of ['run-6', 'run-8']) await tab.getByRole('checkbox', { name: `Choose ${name}` }).click()
      await tab.getByRole('button', { name: 'Tag' }).click()
      await tab.getByLabel('Key').fill('team')
      await tab.getByLabel('Value').fill('docks')
      await seen(tab.getByText('2 runs tagged team.'), tab.getByRole('button', { name: 'Set the tag' }).click())
      const tagged = await slipway.runs.search({ filter: "tags.team = 'docks'" })
      expect(tagged.items.map((run) => run.name).toSorted()).toEqual(['run-6', 'run-8'])
      await tab.getByRole('button', { name: 'Delete' }).click()
      await tab.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
      await tab.getByRole('checkbox', { name: 'Choose run-6' }).waitFor({ state: 'detached' })
      await tab.getByRole('switch', { name: 'Deleted' }).click()
      await tab.getByRole('checkbox', { name: 'Choose run-2' }).waitFor({ state: 'detached' })
      for (const name of ['run-6', 'run-8']) await tab.getByRole('checkbox', { name: `Choose ${name}` }).click()
      await seen(tab.getByText('2 runs restored.'), tab.getByRole('button', { name: 'Restore' }).click())
      expect((await slipway.runs.search({ filter: "tags.team = 'docks'" })).items.length).toBe(2)
    })

    it('groups all runs, opens a group, completes the filter and chooses all that match', async () => {
      await tab.goto(`${server.url}/experiments/harbor?group=params.seed`)
      await tab.getByRole('table', { name: 'groups' }).getByRole('button', { name: '1', exact: true }).click()
      const filter = tab.getByRole('textbox', { name: 'Search runs' })
      await expect.poll(() => filter.inputValue()).toBe("params.seed = '1'")
      await filter.click()
      // Whoever types on at once has typed before the next frame.
      await tab.evaluate(() => {
        const draw = window.requestAnimationFrame
        window.requestAnimationFrame = (work) => draw(() => setTimeout(work, 300))
      })
      await filter.pressSequentially(' AND params.dep')
      await tab.getByRole('option', { name: 'params.depth' }).click()
      await filter.pressSequentially("!= '", { delay: 200 })
      await tab.getByRole('option', { name: "'2'" }).click()
      await filter.press('Enter')
      await tab.getByRole('checkbox', { name: 'Choose run-2' }).waitFor({ state: 'detached' })
      await tab.getByRole('checkbox', { name: 'Choose all runs that match' }).click()
      await chosen('3 runs chosen').waitFor()
      await tab.getByRole('checkbox', { name: 'Choose run-8' }).click()
      await chosen('2 runs chosen').waitFor()
      await tab.getByRole('button', { name: 'Tag' }).click()
      await tab.getByLabel('Key').fill('kept')
      await seen(tab.getByText('2 runs tagged kept.'), tab.getByRole('button', { name: 'Set the tag' }).click())
      const tagged = await slipway.runs.search({ filter: 'tags.kept IS NOT NULL' })
      expect(tagged.items.map((run) => run.name).toSorted()).toEqual(['run-4', 'run-6'])
    })

    it('forks a run from its page', async () => {
      const [run] = (await slipway.runs.search({ filter: "name = 'run-4'" })).items
      await tab.goto(`${server.url}/runs/${run?.id}`)
      await tab.getByRole('button', { name: 'Fork' }).click()
      await tab.getByRole('dialog').getByRole('button', { name: 'Fork' }).click()
      await tab.getByRole('heading', { name: 'run-4 (fork)' }).waitFor()
      expect((await slipway.runs.search({ filter: "tags.`slipway.forkedFrom` != ''" })).items.length).toBe(1)
    })

    it('keeps a view under a name for everybody', async () => {
      await tab.goto(`${server.url}/experiments/harbor?filter=params.depth+%3D+%274%27&cols=createdBy`)
      await tab.getByRole('button', { name: 'Views' }).click()
      await tab.getByLabel('Name of this view').fill('only four')
      await tab.getByRole('button', { name: 'Save' }).click()
      await tab.getByRole('menuitem', { name: 'only four' }).waitFor()
      await tab.goto(`${server.url}/experiments/harbor`)
      await tab.getByRole('button', { name: 'Views' }).click()
      await tab.getByRole('menuitem', { name: 'only four' }).click()
      await tab.getByRole('columnheader', { name: 'By' }).waitFor()
      await tab.getByRole('checkbox', { name: 'Choose run-2' }).waitFor({ state: 'detached' })
      expect(await tab.getByRole('textbox', { name: 'Search runs' }).inputValue()).toBe("params.depth = '4'")
    })

    it('approves a version for a protected alias and moves it', async () => {
      await slipway.models.versions.create({ model: 'tide', files: [], format: 'onnx' })
      await slipway.models.aliases.protect({ model: 'tide', alias: 'champion', approvals: 1 })
      await tab.goto(`${server.url}/models/tide`)
      await tab.getByText('Missing: it has 0 of 1 approvals').waitFor()
      await tab.getByRole('button', { name: 'Approve' }).click()
      await tab.getByText('Approved by local').waitFor()
      await tab.getByRole('button', { name: 'Move champion to v1' }).click()
      await tab.getByRole('dialog').getByRole('button', { name: 'Move champion to v1' }).click()
      await tab.getByText('approved by local', { exact: true }).waitFor()
      const aliases = async () => (await slipway.models.get({ model: 'tide' })).aliases
      await expect.poll(aliases).toEqual({ champion: 1 })
    })

    it('tries a webhook out and shows what came back', async () => {
      const { port } = receiver.address() as AddressInfo
      await tab.goto(`${server.url}/webhooks`)
      await tab.getByRole('button', { name: 'New webhook' }).click()
      await tab.getByLabel('Name').fill('bel')
      await tab.getByLabel('Endpoint').fill(`http://127.0.0.1:${port}/`)
      await tab.getByRole('combobox', { name: 'Events' }).fill('registry.alias')
      await tab.getByRole('option', { name: 'registry.alias.moved' }).click()
      await tab.getByLabel('Name').click()
      await tab.getByRole('button', { name: 'Create it' }).click()
      await tab.getByRole('heading', { name: 'bel', exact: true }).waitFor()
      await tab.getByRole('button', { name: 'Change' }).click()
      await tab.getByLabel('Name').fill('bell')
      await tab.getByRole('button', { name: 'Save' }).click()
      await tab.getByRole('heading', { name: 'bell', exact: true }).waitFor()
      await tab.getByText('Nothing has been delivered yet').waitFor()
      await tab.getByRole('button', { name: 'Send a test' }).click()
      await tab.getByRole('button', { name: /succeeded registry.alias.moved/ }).click()
      await tab.getByText('thank you').waitFor()
      await tab.getByRole('button', { name: 'Send again' }).click()
      await tab.getByText('2. answered 200').waitFor()
    })
  },
)
