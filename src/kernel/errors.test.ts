import { describe, expect, it } from 'vitest'
import { defineErrors, type ErrorCode, errorKinds, hasCode, isAppError, toAppError, withDetails } from './errors.ts'

const errors = defineErrors({
  boat_not_found: ['not_found', 'There is no boat {name}.', 'slipway boats list --like {name}'],
  boat_sunk: ['gone', 'The boat sank.'],
})

describe('errors', () => {
  it('fill message and hint from details', () => {
    const error = errors.boat_not_found({ name: 'Ida' })
    expect([error.message, error.hint]).toEqual(['There is no boat Ida.', 'slipway boats list --like Ida'])
    expect(error.details).toEqual({ name: 'Ida' })
  })

  it('do not compile without a detail for every placeholder of message and hint', () => {
    // @ts-expect-error the name is forgotten
    expect(errors.boat_not_found({}).message).toBe('There is no boat {name}.')
    // @ts-expect-error no details at all
    expect(errors.boat_not_found().hint).toBe('slipway boats list --like {name}')
    // @ts-expect-error a name that may be missing would read "undefined"
    expect(errors.boat_not_found({ name: undefined }).message).toBe('There is no boat undefined.')
    expect(errors.boat_sunk().message).toBe('The boat sank.')
    expect(errors.boat_not_found({ name: 'Ida', harbor: 'Kiel' }).details).toEqual({ name: 'Ida', harbor: 'Kiel' })
  })

  it('are declared by operations by codes that exist', () => {
    const known: ErrorCode[] = ['route_not_found', 'filter_invalid']
    // @ts-expect-error nobody defines it
    known.push('boat_not_fond')
    expect(known).toHaveLength(3)
  })

  it('are made again with other details', () => {
    const error = errors.boat_not_found({ name: 'Ida' })
    const changed = withDetails(error, { name: 'Ida II' })
    expect([changed.code, changed.message, changed.cause]).toEqual([
      'boat_not_found',
      'There is no boat Ida II.',
      error,
    ])
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
