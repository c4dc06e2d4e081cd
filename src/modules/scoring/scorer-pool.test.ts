import { expect, it } from 'vitest'
import { sleep } from '../../kernel/retry.ts'
import { createScorerPool, type PoolContext } from './scorer-pool.ts'

// A rejection that nobody has taken yet when it happens ends the server; vitest reports it.
it('tells who opens a process for a candidate that it cannot be started, also when that is known long before it is asked', async () => {
  const ctx = {
    platform: { workDir: async () => '/nowhere' },
    servables: {
      findModel: async () => undefined,
      findSource: () => Promise.reject(new Error('the model is not known')),
    },
    predictions: { featureNames: () => sleep(50) },
    serving: { scoringSettings: {} },
  }
  const scorers = createScorerPool(ctx as unknown as PoolContext)
  const candidate = { modelVersionId: 'mdv_1', digest: 'of no model' }
  await expect(scorers.open('rpl_1', candidate)).rejects.toThrow()
  await scorers.stop()
})
