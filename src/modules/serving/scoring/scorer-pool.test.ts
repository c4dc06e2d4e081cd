import { expect, it } from 'vitest'
import { sleep } from '../../../kernel/retry.ts'
import { describeDatabases } from '../../../testing/databases.ts'
import { type ServingTables, servingMigrations } from '../tables.ts'
import { createScorerPool, type ScorerPoolEnv } from './scorer-pool.ts'

describeDatabases('processes for candidates', servingMigrations, (open) => {
  // A rejection that nobody has taken yet when it happens ends the server; vitest reports it.
  it('tell who opens one that it cannot be started, also when that is known long before it is asked', async () => {
    const env = {
      db: (await open()).typed<ServingTables>(),
      platform: { workDir: async () => '/nowhere' },
      featureNames: () => sleep(50),
    }
    const scorers = createScorerPool(env as unknown as ScorerPoolEnv)
    const candidate = { modelVersionId: 'mdv_1', digest: 'of no model' }
    await expect(scorers.open('rpl_1', candidate)).rejects.toThrow()
    await scorers.stop()
  })
})
