import { join } from 'node:path'
import { expect, it } from 'vitest'
import { planVariant, testDataPlane } from '../../testing/data-plane.ts'
import { directProcesses } from '../../testing/direct-processes.ts'
import { logisticModel } from '../../testing/onnx-model.ts'
import type { Processes } from '../process/index.ts'
import { watchWorker } from './worker-process.ts'

it('a worker that died is started again and again until one runs', async () => {
  let failures = 0
  const direct = directProcesses()
  const processes: Processes = {
    ...direct,
    start: (spec, signal) => {
      if (failures === 0) return direct.start(spec, signal)
      failures -= 1
      return Promise.reject(new Error('too many processes'))
    },
  }
  const test = await testDataPlane({ workers: 1, control: (_, response) => response.end(), processes })
  const variant = await planVariant(test.folder, logisticModel([1, -1], 0), { version: '1' })
  await test.plane.apply({ version: 1, deployments: [{ name: 'demo', salt: 's', variants: [variant] }] })
  const [before] = await test.plane.status()
  failures = 2
  if (before !== undefined) process.kill(before.pid, 'SIGKILL')
  const isReplaced = async () => (await test.plane.status()).some(({ pid }) => pid !== before?.pid)
  await expect.poll(isReplaced).toBe(true)
  expect(failures).toBe(0)
  await test.stop()
})

it('the end of a worker that cannot be watched is told after the answer, which would undo it', async () => {
  const told: string[] = []
  await new Promise<void>((resolve) => {
    const on = {
      log: () => {},
      end: () => {
        told.push('end')
        resolve()
      },
    }
    void watchWorker(join('/nowhere', 'worker.sock'), on).then(() => told.push('watched'))
  })
  expect(told).toEqual(['watched', 'end'])
})
