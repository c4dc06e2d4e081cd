import { describe, expect, it } from 'vitest'
import type { Principal } from '../../kernel/actor.ts'
import type { Permission } from '../../kernel/operation.ts'
import { accessRules, createAccess, createChildren, isLoopbackHost, requireSafeStart } from './index.ts'

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
    ['any spelling of the scheme', 'bEARER correct horse', 'token'],
    ['Basic with the token as password', `Basic ${btoa('me:correct horse')}`, 'token'],
    ['Basic with an empty name', `Basic ${btoa(':correct horse')}`, 'token'],
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
  it('give nobody a token', () => {
    const text = JSON.stringify(rules)
    expect(text).not.toContain(token)
    expect(createAccess(JSON.parse(text)).authenticate({ authorization: `Bearer ${token}` }).id).toBe('token')
  })
})

describe('a process that works for a run', () => {
  const children = createChildren(token)
  const access = createAccess(rules, children)
  const scope = { runId: 'run_1', experiment: { id: 'exp_1', number: 7, name: 'late' }, models: ['delay'] }
  const child: Principal = { id: 'run_1', kind: 'run' }
  children.askWhoMade(async (kind, id) => `${kind}:${id}` === 'run:run_nested' || `${kind}:${id}` === 'trace:tr_1')

  it('is known by a token of its own, which dies with it', () => {
    const admitted = children.admit(scope)
    expect(admitted.token).toBe(children.tokenOf('run_1'))
    expect(admitted.token).not.toContain(token)
    const headers = { authorization: `Bearer ${admitted.token}` }
    expect(access.authenticate(headers)).toEqual(child)
    expect(() => createAccess(rules).authenticate(headers)).toThrow(
      expect.objectContaining({ code: 'run_token_ended' }),
    )
    admitted.dismiss()
    expect(() => access.authenticate(headers)).toThrow(expect.objectContaining({ code: 'run_token_ended' }))
    expect(access.mayDo(child, { permission: 'runs:write' })).toMatchObject({ code: 'run_may_not' })
  })

  it('has no token where the server needs none', () => {
    expect(createChildren(undefined).admit(scope).token).toBe('')
  })

  it.each<[boolean, Permission, string]>([
    [true, 'runs:write', 'run:run_1'],
    [true, 'runs:write', 'run:run_nested'],
    [false, 'runs:write', 'run:run_2'],
    [false, 'runs:write', 'runs'],
    [false, 'runs:write', 'experiment:late'],
    [false, 'runs:admin', 'run:run_1'],
    [true, 'runs:read', 'run:run_2'],
    [true, 'traces:write', 'experiment:7'],
    [true, 'traces:write', 'experiment:late'],
    [false, 'traces:write', 'experiment:Default'],
    [true, 'traces:write', 'trace:tr_1'],
    [false, 'traces:write', 'trace:tr_2'],
    [true, 'models:write', 'model:delay/versions'],
    [false, 'models:write', 'model:delay'],
    [false, 'models:write', 'model:fare/versions'],
    [true, 'datasets:read', 'dataset:flights'],
    [false, 'datasets:write', 'dataset:flights'],
    [false, 'deployments:write', 'deployment:delay'],
    [false, 'webhooks:read', 'webhooks'],
    [false, 'inference:write', 'inference'],
  ])('may: %s, %s on %s', async (may, permission, subject) => {
    const admitted = children.admit(scope)
    const refused = await access.mayDo(child, { permission, subjects: () => [subject] })
    admitted.dismiss()
    if (may) expect(refused).toBeUndefined()
    else expect(refused).toMatchObject({ kind: 'forbidden', message: expect.stringContaining(permission) })
  })

  it('must be allowed all of what it asks for at once', async () => {
    const admitted = children.admit(scope)
    const subjects = () => ['model:delay/versions', 'run:run_2']
    expect(await access.mayDo(child, { permission: 'models:write', subjects })).toMatchObject({
      message: expect.stringContaining('run:run_2'),
    })
    admitted.dismiss()
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
