import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { migrate } from '../../platform/db/index.ts'
import { describeDatabases } from '../../testing/databases.ts'
import { allServingMigrations } from '../../testing/serving-migrations.ts'
import { createOnnxForms } from '../servables/onnx-forms.ts'
import type { ServableTables } from '../servables/tables.ts'
import { findDeployment } from '../serving/deployments/store.ts'
import type { ServingTables } from '../serving/tables.ts'

const before = allServingMigrations.filter(({ name }) => name < 'serving/017')

describeDatabases('a database of before', before, (open) => {
  it('tells who holds each deployment, and which models are loaded in another form', async () => {
    const database = await open()
    const db = database.typed<ServingTables>()
    const insert = (table: string, row: Record<string, string | number>) =>
      db.transaction(async ({ query }) => {
        const columns = sql.join(Object.keys(row).map((name) => sql.ref(name)))
        await sql`insert into ${sql.table(table)} (${columns}) values (${sql.join(Object.values(row))})`.execute(query)
      })
    const deployment = { model: 'm', state: 'ready', variants: '[]', revision: 1, createdAt: 1, updatedAt: 1 }
    for (const name of ['tested', 'free', 'pulled', 'rolling'])
      await insert('serving_deployments', { id: `dep_${name}`, name, ...deployment })
    const test = { state: 'running', variants: '[]', settings: '{}', startedSeq: 0, startedAt: 1 }
    await insert('serving_ab_tests', { id: 'abt_1', deploymentId: 'dep_tested', deployment: 'tested', ...test })
    await insert('serving_ab_tests', {
      id: 'abt_0',
      deploymentId: 'dep_free',
      deployment: 'free',
      ...test,
      state: 'stopped',
      endedAt: 2,
    })
    await insert('serving_bandits', {
      id: 'bnd_1',
      deploymentId: 'dep_pulled',
      deployment: 'pulled',
      ...test,
      history: '[]',
    })
    await insert('serving_rollouts', {
      id: 'rol_1',
      deploymentId: 'dep_rolling',
      deployment: 'rolling',
      modelVersionId: 'mdv_2',
      version: 2,
      championModelVersionId: 'mdv_1',
      championVersion: 1,
      state: 'running',
      step: 0,
      steps: '[]',
      analysis: '{}',
      revision: 1,
      startedAt: 1,
      stepStartedAt: 1,
      stepStartedSeq: 0,
      startedSeq: 0,
    })
    const model = { signature: '{}', checkedAt: 1 }
    for (const digest of ['used', 'unused', 'strict']) await insert('serving_models', { digest, ...model })
    const conversion = { model: 'm', version: 1, state: 'converted', request: '{}', startedAt: 1 }
    const convert = (digest: string, isUsed: number, more: Record<string, string>) =>
      insert('serving_conversions', {
        ...conversion,
        id: `cnv_${digest}`,
        modelVersionId: `mdv_${digest}`,
        digest,
        isUsed,
        onnxDigest: `${digest}.onnx`,
        ...more,
      })
    await convert('used', 1, {})
    await convert('unused', 0, {})
    await convert('strict', 1, { finite: '{"X":[0,2]}' })

    await migrate(database, allServingMigrations, 2)

    const holders = ['tested', 'free', 'pulled', 'rolling'].map(
      async (name) => (await findDeployment(db.read, name))?.holder,
    )
    expect(await Promise.all(holders)).toEqual([
      { kind: 'abTest', id: 'abt_1' },
      undefined,
      { kind: 'bandit', id: 'bnd_1' },
      { kind: 'rollout', id: 'rol_1' },
    ])
    const { findOnnxForms } = createOnnxForms({ db: database.typed<ServableTables>() })
    expect([...(await findOnnxForms(['used', 'unused', 'strict']))].sort()).toEqual([
      ['strict', { conversionId: 'cnv_strict', digest: 'strict.onnx', finite: { X: [0, 2] } }],
      ['used', { conversionId: 'cnv_used', digest: 'used.onnx', finite: {} }],
    ])
  })
})
