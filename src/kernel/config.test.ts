import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { configKey, environmentName, flagName, resolveConfig } from './config.ts'

const schema = {
  port: configKey(z.coerce.number().int().default(5000), 'Port.'),
  'auth.token': configKey(z.string().min(8).optional(), 'Token.', { secret: true }),
  'db.busyMs': configKey(z.coerce.number().default(1), 'Wait.'),
}
const none = { flags: {}, environment: {}, file: undefined }

describe('configuration', () => {
  it('derives the names of variables and flags', () => {
    expect([environmentName('db.busyMs'), flagName('db.busyMs')]).toEqual(['SLIPWAY_DB_BUSY_MS', 'db-busy-ms'])
  })

  it('takes flags before variables before the file before defaults, and says which it was', () => {
    const file = { path: 'slipway.yaml', values: { port: 3, db: { busyMs: 3 } } }
    const entries = resolveConfig(schema, {
      flags: { port: '1' },
      environment: { SLIPWAY_PORT: '2', SLIPWAY_DB_BUSY_MS: '2' },
      file,
    })
    expect(entries.get('port')).toEqual({ value: 1, source: 'flag', origin: '--port' })
    expect(entries.get('db.busyMs')).toEqual({ value: 2, source: 'environment', origin: 'SLIPWAY_DB_BUSY_MS' })
    expect(resolveConfig(schema, { ...none, file }).get('port')?.origin).toBe('slipway.yaml: server.port')
    expect(resolveConfig(schema, none).get('port')).toEqual({ value: 5000, source: 'default', origin: 'default' })
  })

  it('reports every problem at once and shows no secret', () => {
    const wrong = {
      flags: { prot: '1' },
      environment: { SLIPWAY_AUTH_TOKEN: 'short', SLIPWAY_DB_BUSI_MS: '1' },
      file: { path: 'slipway.yaml', values: 5 },
    }
    const failure = (() => {
      try {
        resolveConfig(schema, wrong)
      } catch (error) {
        return error as Error
      }
    })()
    expect(failure?.message).toContain('4 problem(s)')
    expect(failure?.message).toContain('--prot is not a setting; did you mean port?')
    expect(failure?.message).toContain('did you mean SLIPWAY_DB_BUSY_MS?')
    expect(failure?.message).toContain('slipway.yaml: server = 5 holds no settings')
    expect(failure?.message).not.toContain('short')
  })
})
