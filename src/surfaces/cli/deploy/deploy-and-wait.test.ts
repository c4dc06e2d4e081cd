import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { errorKinds } from '../../../kernel/errors.ts'
import { commandLine } from '../../../testing/command-line.ts'
import { type ServingApp, servingApp } from '../../../testing/serving-app.ts'

describe('slipway deploy', () => {
  let app: ServingApp
  beforeAll(async () => {
    app = await servingApp()
    await app.register([1, -1])
  })
  afterAll(() => app.dispose())

  function slipway(words: readonly string[], isInteractive = false, signal = new AbortController().signal) {
    return commandLine(app.url)(words, { isInteractive, signal })
  }

  it('deploys in one line, waits until it answers, and changes nothing when repeated', async () => {
    const deployed = await slipway(['deploy', 'demo', 'demo/1'])
    expect(deployed).toMatchObject({ code: 0, notes: '' })
    expect(deployed.out).toMatch(/^demo serves version 1 of demo \(100%\), ready after \d+\.\d s\nhttp:/)
    expect((await app.predict('demo', [1, 0])).status).toBe(200)
    const again = await slipway(['deploy', 'demo', 'demo/1', '--json'])
    expect(JSON.parse(again.out)).toMatchObject({ name: 'demo', state: 'ready', variants: [{ version: 1 }] })
  })

  it('ends with the code of the reason', async () => {
    expect(await slipway(['deploy', 'demo', 'demo/9'])).toMatchObject({
      code: errorKinds.not_found.exit,
      out: '',
    })
    expect((await slipway(['deploy', 'demo'])).code).toBe(2)
    const waiting = await slipway(['deploy', 'early', 'nothing-yet'])
    expect(waiting.code).not.toBe(0)
    expect(waiting.out).toContain('no version that could be served yet')
  })

  it('says on Ctrl-C that the server goes on, and clears its line', async () => {
    const interrupt = new AbortController()
    const waiting = slipway(['deploy', 'late', 'demo/1'], true, interrupt.signal)
    interrupt.abort()
    const { code, notes } = await waiting
    expect(code).toBe(130)
    expect(notes).toContain('the server goes on')
  })
})
