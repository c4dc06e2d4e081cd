import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandLine } from '../../../testing/command-line.ts'
import { type PipelineApp, pipelineApp } from '../../../testing/pipeline-app.ts'

describe('slipway models reproduce', () => {
  let app: PipelineApp
  let slipway: ReturnType<typeof commandLine>
  beforeAll(async () => {
    app = await pipelineApp()
    slipway = commandLine(app.url)
    const into = '> $(dirname "$SLIPWAY_STEP")/outputs/model/weights.txt'
    for (const [name, run] of [
      ['steady', `echo 1 2 3 ${into}`],
      ['random', `head -c 16 /dev/urandom | od -An -tx1 ${into}`],
      ['slow', `sleep 0.6; echo 1 ${into}`],
    ] as const) {
      await app.apply({ name, steps: [{ name: 'train', run, outputs: { model: `model/${name}` } }] })
      await app.run(name)
    }
  })
  afterAll(() => app.dispose())

  it('ends with 0 and says so when the bytes are the same', async () => {
    const { code, out } = await slipway(['models', 'reproduce', 'steady/1'])
    expect(code).toBe(0)
    expect(out).toMatch(
      /^steady\/1 is reproduced: the same bytes {2}\(plr_\w+ repeats plr_\w+\)\n {2}train {2}succeeded\n/,
    )
  })

  it('ends with 1 when they are not and nothing else could tell, also as JSON', async () => {
    const { code, out } = await slipway(['models', 'reproduce', 'random@latest', '--json'])
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ version: 'random/1', state: 'different', tolerance: 1e-6 })
  })

  it('shows a person how far it is', async () => {
    const { code, notes } = await slipway(['models', 'reproduce', 'slow/1'], { isInteractive: true })
    expect(code).toBe(0)
    expect(notes).toContain('slow/1: 0 of 1 steps, train running')
  })

  it('ends with the code of the reason when there is nothing to run again', async () => {
    const files = await app.store({ 'm.txt': 'by hand' })
    await app.request('POST', '/v1/models/manual/versions', { model: 'manual', files, format: 'files' })
    expect(await slipway(['models', 'reproduce', 'manual/1'])).toMatchObject({ code: 5, out: '' })
    expect((await slipway(['models', 'reproduce', 'nobody@champion'])).code).toBe(3)
  })
})
