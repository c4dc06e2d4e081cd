import { describe, expect, it } from 'vitest'
import { defineErrors, errorKinds, hasCode, isAppError, toAppError } from './errors.ts'

const errors = defineErrors({
  boat_not_found: ['not_found', 'There is no boat {name}.', 'slipway boats list --like {name}'],
})

describe('errors', () => {
  it('fill message and hint from details', () => {
    const error = errors.boat_not_found({ name: 'Ida' })
    expect([error.message, error.hint]).toEqual(['There is no boat Ida.', 'slipway boats list --like Ida'])
    expect(error.details).toEqual({ name: 'Ida' })
  })

  it('leave a gap that no detail fills, so that the slip is seen', () => {
    expect(errors.boat_not_found().message).toBe('There is no boat {name}.')
  })

  it('cut what a client sent to a readable length', () => {
    expect(errors.boat_not_found({ name: 'x'.repeat(10_000) }).message.length).toBeLessThan(2_100)
  })

  it('are recognised by brand and code, not by class', () => {
    const foreign = { [Symbol.for('slipway.AppError')]: true, code: 'boat_not_found' }
    expect(isAppError(foreign) && hasCode(foreign, 'boat_not_found')).toBe(true)
    expect(isAppError(new Error('other'))).toBe(false)
  })

  it('wrap anything else without telling the outside what it was', () => {
    const error = toAppError(new Error('password=secret'), 'req_1')
    expect([error.code, error.message.includes('secret'), error.message.includes('req_1')]).toEqual([
      'internal_error',
      false,
      true,
    ])
  })

  it('have a status, an exit code and a gRPC status for every kind', () => {
    for (const facts of Object.values(errorKinds)) {
      expect(facts.http).toBeGreaterThanOrEqual(400)
      expect(facts.exit).toBeGreaterThan(0)
      expect(facts.grpc).toBeGreaterThan(0)
    }
  })
})
