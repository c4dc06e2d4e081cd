import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeEach, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import type { StepFile } from './step.ts'

const run = promisify(execFile)
let folder: string

beforeEach(async () => {
  folder = await temporaryFolder()
})

/** Runs `body` as a step script in a process of its own, as the server does. */
async function runStep(body: string, parts: Partial<StepFile> = {}) {
  const definition = {
    parameters: { depth: 4, name: 'night', deep: true },
    inputs: {
      table: {
        kind: 'dataset',
        ref: 'dataset/t@latest',
        dir: folder,
        files: [{ path: 'a.csv', localPath: join(folder, 'a.csv') }],
      },
    },
    outputs: { model: { kind: 'model', dir: join(folder, 'out') } },
    resultPath: join(folder, 'results', 'result.json'),
    ...parts,
  }
  await writeFile(join(folder, 'a.csv'), 'x\n1\n')
  await writeFile(join(folder, 'step.json'), JSON.stringify(definition))
  const script = join(folder, 'script.mjs')
  await writeFile(
    script,
    `import { readFileSync, writeFileSync } from 'node:fs'\nimport { step } from ${JSON.stringify(join(import.meta.dirname, 'step.ts'))}\nawait step(async (context) => {${body}})`,
  )
  return run(process.execPath, [script], { env: { SLIPWAY_STEP: join(folder, 'step.json') } })
}

describe('step', () => {
  it('reads inputs and parameters, writes outputs and the result', async () => {
    const { stdout } = await runStep(`
      const { input, output, parameters, log } = context
      writeFileSync(output('model').path('deep/model.txt'), readFileSync(input('table').file()))
      log('depth ' + parameters.number('depth') + ' ' + parameters.text('name') + ' ' + parameters.boolean('deep'))
      return { metrics: { auc: 0.7, loss: [{ step: 0, value: 1 }] } }`)
    expect(stdout).toBe('depth 4 night true\n')
    expect(await readFile(join(folder, 'out/deep/model.txt'), 'utf8')).toBe('x\n1\n')
    expect(JSON.parse(await readFile(join(folder, 'results/result.json'), 'utf8'))).toEqual({
      metrics: { auc: 0.7, loss: [{ step: 0, value: 1 }] },
    })
  })

  it('answers undefined for an optional input that does not exist yet', async () => {
    const absent = { kind: 'model', ref: 'model/m@champion?', files: [] }
    const { stdout } = await runStep(`context.log(String(context.findInput('champion')))`, {
      inputs: { champion: absent },
    })
    expect(stdout).toBe('undefined\n')
  })

  it.each([
    [`context.input('tabel')`, 'no input tabel; it has table'],
    [`context.input('table').file('b.csv')`, 'no file b.csv; it has a.csv'],
    [`context.output('modle')`, 'no output modle; it has model'],
    [`context.parameters.number('name')`, 'The parameter name is "night", not a number'],
    [`context.parameters.text('names')`, 'no parameter names; it has depth, name, deep'],
  ])('fails with exit code 1 and the reason: %s', async (body, reason) => {
    await expect(runStep(body)).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(reason) })
  })

  it('says what it is when it is started by hand', async () => {
    const script = `import(${JSON.stringify(join(import.meta.dirname, 'step.ts'))}).then((m) => m.step(async () => {}))`
    await expect(run(process.execPath, ['-e', script], { env: {} })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('slipway pipelines runs start'),
    })
  })
})
