import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Locator, type Page } from 'playwright-core'

/** Debian's package `chromium`; another place can be named. */
export const browserPath = process.env.SLIPWAY_TEST_BROWSER ?? '/usr/bin/chromium'

/** Why browser tests cannot run here, or undefined. In CI a missing browser is a failure, not a reason. */
export function missingBrowser(): string | undefined {
  if (existsSync(browserPath)) return undefined
  const reason = `${browserPath} is not there; install Debian's package chromium`
  if (process.env.CI === 'true') throw new Error(`Browser tests must run in CI: ${reason}.`)
  return reason
}

export interface TestBrowser {
  readonly context: BrowserContext
  close(): Promise<void>
}

/** A browser with an empty profile of its own, which is removed with it. */
export async function openBrowser(colorScheme: 'light' | 'dark' = 'light'): Promise<TestBrowser> {
  const profile = await mkdtemp(join(tmpdir(), 'slipway-browser-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: browserPath,
    headless: true,
    colorScheme,
    viewport: { width: 1440, height: 900 },
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
  // As long as a test may wait for anything else.
  context.setDefaultTimeout(60_000)
  return {
    context,
    close: async () => {
      await context.close()
      await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** Errors and warnings of a page from now on, with the addresses they are about. */
export function collectProblems(page: Page): readonly string[] {
  const problems: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      problems.push(`${message.text()} (${message.location().url})`)
  })
  page.on('pageerror', (error) => problems.push(String(error)))
  return problems
}

/** Does what makes a notice appear, and waits for it from before on: on a busy machine it may be gone when one looks afterwards. */
export async function seen(notice: Locator, act: Promise<void>): Promise<void> {
  await Promise.all([notice.waitFor(), act])
}
