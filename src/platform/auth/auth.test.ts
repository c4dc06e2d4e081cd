import { describe, expect, it } from 'vitest'
import { accessRules, childToken, createAccess, isLoopbackHost, requireSafeStart } from './index.ts'

const token = 'correct horse'
const rules = accessRules({ host: '127.0.0.1', allowedHosts: [], token })
const { authenticate } = createAccess(rules)

describe('the token check', () => {
  it('lets everyone in as local when there is no token', () => {
    const open = createAccess(accessRules({ host: '127.0.0.1', allowedHosts: [], token: undefined }))
    expect(open.authenticate({})).toEqual({ id: 'local', kind: 'local' })
  })

  it.each([
    ['a Bearer token', 'Bearer correct horse', 'token'],
    ['any spelling of the scheme', `bEARER ${childToken(token)}`, 'system'],
    ['Basic with the token as password', `Basic ${btoa('me:correct horse')}`, 'token'],
    ['Basic with an empty name', `Basic ${btoa(`:${childToken(token)}`)}`, 'system'],
  ])('takes %s', (_what, authorization, id) => {
    expect(authenticate({ authorization }).id).toBe(id)
  })

  it.each([
    ['nothing', undefined, 'unauthenticated'],
    ['another scheme', 'Digest correct horse', 'unauthenticated'],
    ['a wrong token', 'Bearer correct hors', 'token_wrong'],
    ['a longer token', 'Bearer correct horse!', 'token_wrong'],
    ['the token as the name of Basic', `Basic ${btoa('correct horse:')}`, 'token_wrong'],
  ])('refuses %s', (_what, authorization, code) => {
    expect(() => authenticate(authorization === undefined ? {} : { authorization })).toThrow(
      expect.objectContaining({ code }),
    )
  })
})

describe('the rules as data', () => {
  it('give nobody a token, and the token of the children is not the operator’s', () => {
    const text = JSON.stringify(rules)
    expect(text).not.toContain(token)
    expect(text).not.toContain(childToken(token))
    expect(childToken(token)).not.toBe(token)
    expect(createAccess(JSON.parse(text)).authenticate({ authorization: `Bearer ${token}` }).id).toBe('token')
  })
})

describe('starting without a token', () => {
  it.each(['127.0.0.1', '127.8.9.1', 'localhost', 'slipway.localhost', '::1', '[::1]'])('is fine on %s', (host) => {
    expect(isLoopbackHost(host)).toBe(true)
    expect(() => requireSafeStart({ host, token: undefined, insecure: false })).not.toThrow()
  })

  it.each(['0.0.0.0', '::', '192.168.1.5', 'example.com', '127.0.0.1.evil.example', 'localhost.evil.example'])(
    'is refused on %s, unless insecure or with a token',
    (host) => {
      const start = (given: string | undefined, insecure: boolean) => () =>
        requireSafeStart({ host, token: given, insecure })
      expect(start(undefined, false)).toThrow(expect.objectContaining({ code: 'insecure_host' }))
      expect(start(undefined, true)).not.toThrow()
      expect(start('correct horse', false)).not.toThrow()
    },
  )
})
