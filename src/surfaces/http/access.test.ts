import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { start } from '../../testing/boats-server.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'

const boat = '{"tons":3,"crew":[]}'
const json = { 'content-type': 'application/json' }

describe('who may call', () => {
  it('wants the token on everything that shows data', async () => {
    const { ask } = await start({ token: 'correct horse' })
    const answer = await ask('/v1/boats')
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'unauthenticated'])
    expect(answer.headers['www-authenticate']).toContain('Bearer')
    const page = await ask({ url: '/v1/boats', headers: { accept: 'text/html' } })
    expect(page.headers['www-authenticate']).toContain('Basic')
    const wrong = await ask({ url: '/v1/boats', headers: { authorization: 'Bearer wrong horse' } })
    expect([wrong.statusCode, wrong.json().code]).toEqual([401, 'token_wrong'])
    const basic = Buffer.from('anyone:correct horse').toString('base64')
    for (const authorization of ['Bearer correct horse', `Basic ${basic}`])
      expect((await ask({ url: '/v1/boats', headers: { authorization } })).statusCode).toBe(200)
    expect((await ask('/health')).statusCode).toBe(200)
  })

  it('takes the token from the cookie of our own pages, to read and not to change', async () => {
    const { ask } = await start({ token: 'correct horse' })
    const headers = { ...json, host: 'localhost:5000', cookie: 'a=b; slipway-token-5000=correct%20horse' }
    expect((await ask({ url: '/v1/boats', headers })).statusCode).toBe(200)
    const change = await ask({ method: 'POST', url: '/v1/boats/x', headers, payload: boat })
    expect([change.statusCode, change.json().code]).toEqual([401, 'unauthenticated'])
    for (const cookie of ['slipway-token-5001=correct%20horse', 'slipway-token-5000=%', 'slipway-token-5000'])
      expect((await ask({ url: '/v1/boats', headers: { ...headers, cookie } })).statusCode).toBe(401)
    const wrong = await ask({ url: '/v1/boats', headers: { ...headers, cookie: 'slipway-token-5000=horse' } })
    expect(wrong.json().code).toBe('token_wrong')
  })

  it('does not answer to a foreign name that resolves to this machine', async () => {
    const { ask } = await start()
    const evil = await ask({ url: '/v1/boats', headers: { host: 'evil.example:5000' } })
    expect([evil.statusCode, evil.json().code]).toEqual([403, 'forbidden_host'])
    for (const host of ['localhost:5000', '127.0.0.1', '[::1]:5000', 'ship.example'])
      expect((await ask({ url: '/v1/boats', headers: { host } })).statusCode).toBe(200)
  })

  it('refuses changes asked for by pages of other sites', async () => {
    const { ask } = await start()
    const send = (origin: string) =>
      ask({
        method: 'POST',
        url: '/v1/boats/x',
        headers: { ...json, origin, host: 'localhost:5000' },
        payload: boat,
      })
    expect((await send('https://evil.example')).json().code).toBe('forbidden_origin')
    expect((await send('null')).json().code).toBe('forbidden_origin')
    expect((await send('http://localhost:5000')).statusCode).toBe(201)
    expect((await send('https://ship.example')).statusCode).toBe(201)
  })
})

describe('the web application', () => {
  it('serves hashed files for ever, the index for pages, and compressed forms', async () => {
    const uiDir = await temporaryFolder()
    await mkdir(join(uiDir, 'assets'))
    await writeFile(join(uiDir, 'index.html'), '<title>Slipway</title>')
    await writeFile(join(uiDir, 'assets/index-B3xk9_2a.js'), 'plain')
    await writeFile(join(uiDir, 'assets/index-B3xk9_2a.js.br'), 'brotli')
    const { ask } = await start({ uiDir, token: 'correct horse' })

    const asset = await ask({ url: '/assets/index-B3xk9_2a.js', headers: { 'accept-encoding': 'gzip, br' } })
    expect([asset.body, asset.headers['content-encoding']]).toEqual(['brotli', 'br'])
    expect(asset.headers['cache-control']).toContain('immutable')
    expect((await ask('/assets/index-B3xk9_2a.js')).body).toBe('plain')

    const page = await ask({ url: '/ui/models/iris', headers: { accept: 'text/html,*/*' } })
    expect([page.statusCode, page.body]).toEqual([200, '<title>Slipway</title>'])
    expect(page.headers['cache-control']).toBe('no-cache')
    const again = { accept: 'text/html', 'if-none-match': String(page.headers.etag) }
    expect((await ask({ url: '/', headers: again })).statusCode).toBe(304)
    expect((await ask({ url: '/v1/none', headers: { accept: 'text/html' } })).statusCode).toBe(404)

    expect(page.headers['x-frame-options']).toBe('DENY')
    await writeFile(join(uiDir, 'assets/index-NewHash1.js'), 'newer')
    await writeFile(join(uiDir, 'index.html'), '<title>A new build</title>')
    await utimes(join(uiDir, 'index.html'), 2_000_000_000, 2_000_000_000)
    expect((await ask({ url: '/', headers: { accept: 'text/html' } })).body).toContain('A new build')
    expect((await ask('/assets/index-NewHash1.js')).body).toBe('newer')
  })

  it('leads to the reference when it was not built', async () => {
    const { ask } = await start()
    const answer = await ask({ url: '/', headers: { accept: 'text/html' } })
    expect([answer.statusCode, answer.headers.location]).toEqual([302, '/docs'])
    expect((await ask({ url: '/ui/runs', headers: { accept: 'text/html' } })).statusCode).toBe(404)
  })
})
