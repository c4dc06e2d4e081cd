import { createHash, randomBytes } from 'node:crypto'
import { chmod, readdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestApp, testApp } from '../../testing/test-app.ts'
import { datasets } from './index.ts'

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex')

let app: TestApp
beforeAll(async () => {
  app = await testApp({ modules: [datasets] })
})
afterAll(() => app.dispose())

const call = (method: string, path: string, options: { body?: BodyInit; headers?: Record<string, string> } = {}) =>
  fetch(app.url + path, { method, ...options })
const staged = () => readdir(join(app.dataDir, 'blobs', 'staging'))

describe('PUT /v1/blobs', () => {
  it('stores a body and answers its digest', async () => {
    const bytes = randomBytes(3_000_000)
    const answer = await call('PUT', '/v1/blobs', { body: bytes, headers: { 'slipway-digest': sha256(bytes) } })
    expect(answer.status).toBe(201)
    expect(await answer.json()).toEqual({ digest: sha256(bytes), sizeBytes: bytes.length })
    const back = await call('GET', `/v1/blobs/${sha256(bytes)}`)
    expect(sha256(await back.bytes())).toBe(sha256(bytes))
  })

  it('stores an empty body', async () => {
    expect(await (await call('PUT', '/v1/blobs')).json()).toEqual({ digest: sha256(''), sizeBytes: 0 })
    const back = await call('GET', `/v1/blobs/${sha256('')}`)
    expect([back.status, await back.text()]).toEqual([200, ''])
  })

  it('refuses other bytes than announced, and a large refused body still gets its answer', async () => {
    const body = randomBytes(20_000_000)
    const answer = await call('PUT', '/v1/blobs', { body, headers: { 'slipway-digest': sha256('other') } })
    expect([answer.status, (await answer.json()).code]).toEqual([400, 'blob_mismatch'])
    const wrong = await call('PUT', '/v1/blobs', { body: 'x', headers: { 'slipway-digest': 'SHA' } })
    expect([wrong.status, (await wrong.json()).code]).toEqual([400, 'digest_header_invalid'])
    expect((await call('HEAD', `/v1/blobs/${sha256(body)}`)).status).toBe(404)
  })

  it('keeps nothing of a client that goes away in the middle', async () => {
    const half = randomBytes(2 << 20)
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1')
    socket.write(`PUT /v1/blobs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${half.length * 2}\r\n\r\n`)
    await new Promise((resolve) => socket.write(half, resolve))
    await until(async () => (await staged()).length === 1)
    socket.destroy()
    await until(async () => (await staged()).length === 0)
    expect((await call('HEAD', `/v1/blobs/${sha256(half)}`)).status).toBe(404)
  })
})

describe('GET /v1/blobs/{digest}', () => {
  const digest = sha256('0123456789')
  const path = `/v1/blobs/${digest}`
  const range = async (value: string, more: Record<string, string> = {}) => {
    const answer = await call('GET', path, { headers: { range: value, ...more } })
    return [answer.status, answer.headers.get('content-range'), answer.status === 416 ? '' : await answer.text()]
  }
  beforeAll(() => call('PUT', '/v1/blobs', { body: '0123456789' }))

  it('answers ranges as RFC 9110 says', async () => {
    expect(await range('bytes=0-0')).toEqual([206, 'bytes 0-0/10', '0'])
    expect(await range('bytes=3-')).toEqual([206, 'bytes 3-9/10', '3456789'])
    expect(await range('bytes=-4')).toEqual([206, 'bytes 6-9/10', '6789'])
    expect(await range('bytes=-400')).toEqual([206, 'bytes 0-9/10', '0123456789'])
    expect(await range('bytes=5-400')).toEqual([206, 'bytes 5-9/10', '56789'])
    for (const none of ['bytes=10-', 'bytes=-0']) expect(await range(none)).toEqual([416, 'bytes */10', ''])
    // What is malformed, or several ranges at once, is ignored: the whole is a right answer.
    for (const whole of ['bytes=5-2', 'bytes=a-b', 'lines=1-2', 'bytes=0-1,4-5', 'bytes=-']) {
      expect(await range(whole)).toEqual([200, null, '0123456789'])
    }
    expect(await range('bytes=0-0', { 'if-range': `"${digest}"` })).toEqual([206, 'bytes 0-0/10', '0'])
    expect(await range('bytes=0-0', { 'if-range': '"older"' })).toEqual([200, null, '0123456789'])
  })

  it('tells size and identity without the bytes', async () => {
    const head = await call('HEAD', path)
    expect(head.status).toBe(200)
    expect(Object.fromEntries(head.headers)).toMatchObject({
      'content-length': '10',
      etag: `"${digest}"`,
      'accept-ranges': 'bytes',
      'content-type': 'application/octet-stream',
    })
    expect(await head.text()).toBe('')
    expect((await call('GET', path, { headers: { 'if-none-match': `"x", "${digest}"` } })).status).toBe(304)
  })

  it('never gives damaged bytes for the true ones', async () => {
    const damaged = async (bytes: Uint8Array) => {
      const { digest } = (await (await call('PUT', '/v1/blobs', { body: bytes as BodyInit })).json()) as {
        digest: string
      }
      const file = await app.platform.blobs.localPath(digest)
      await chmod(file, 0o644)
      await writeFile(
        file,
        bytes.map((byte, index) => (index === 5 ? byte ^ 1 : byte)),
      )
      return call('GET', `/v1/blobs/${digest}`)
    }
    const small = await damaged(Buffer.from('a small blob'))
    expect([small.status, (await small.json()).code]).toEqual([500, 'blob_corrupt'])
    // Of a large one the beginning is on its way before the end is known: it never comes.
    const large = await damaged(randomBytes(5 << 20))
    await expect(large.bytes()).rejects.toThrow()
  })

  it('says what is wrong with a digest', async () => {
    const answers = await Promise.all(
      [sha256('nowhere'), 'nonsense', '..%2f..%2fetc%2fpasswd', '%00'].map((one) => call('GET', `/v1/blobs/${one}`)),
    )
    const codes = await Promise.all(answers.map(async (answer) => [answer.status, (await answer.json()).code]))
    expect(codes[0]).toEqual([404, 'blob_not_found'])
    expect(codes[1]).toEqual([400, 'digest_invalid'])
    for (const [status] of codes.slice(2)) expect(status).toBeGreaterThanOrEqual(400)
  })
})

describe('/v1/uploads', () => {
  it('continues where a broken connection left it', async () => {
    const bytes = randomBytes(3 << 20)
    const { id } = await (await call('POST', '/v1/uploads')).json()
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1')
    const head = `PATCH /v1/uploads/${id} HTTP/1.1\r\nHost: 127.0.0.1\r\nSlipway-Offset: 0\r\n`
    socket.write(`${head}Content-Length: ${bytes.length}\r\n\r\n`)
    await new Promise((resolve) => socket.write(bytes.subarray(0, 1 << 20), resolve))
    await until(async () => (await staged()).length === 1)
    socket.destroy()
    const offset = async () => Number((await call('HEAD', `/v1/uploads/${id}`)).headers.get('slipway-offset'))
    await until(async () => (await offset()) > 0)
    const rest = bytes.subarray(await offset())
    const wrong = await call('PATCH', `/v1/uploads/${id}`, { body: 'x', headers: { 'slipway-offset': '1' } })
    expect([wrong.status, (await wrong.json()).code]).toEqual([409, 'upload_offset_mismatch'])
    const headers = { 'slipway-offset': String(await offset()) }
    const appended = await call('PATCH', `/v1/uploads/${id}`, { body: rest, headers })
    expect(await appended.json()).toEqual({ id, offset: bytes.length })
    const finish = () => call('POST', `/v1/uploads/${id}/finish`, { headers: { 'slipway-digest': sha256(bytes) } })
    const expected = { digest: sha256(bytes), sizeBytes: bytes.length }
    expect(await (await finish()).json()).toEqual(expected)
    // The answer may have got lost: asking again gives it again.
    expect(await (await finish()).json()).toEqual(expected)
    expect((await call('GET', `/v1/uploads/${id}`)).status).toBe(404)
  })

  it('refuses what makes no sense', async () => {
    const { id } = await (await call('POST', '/v1/uploads')).json()
    for (const value of ['', '-1', '1e3', '0x10', '99999999999999999']) {
      const answer = await call('PATCH', `/v1/uploads/${id}`, { body: 'x', headers: { 'slipway-offset': value } })
      expect([answer.status, (await answer.json()).code]).toEqual([400, 'offset_header_invalid'])
    }
    expect((await call('DELETE', `/v1/uploads/${id}`)).status).toBe(204)
    expect((await call('POST', `/v1/uploads/${id}/finish`)).status).toBe(404)
    expect((await call('GET', '/v1/uploads/nothing')).status).toBe(404)
  })
})

describe('files of a version', () => {
  const names = ['plain.txt', 'with space.txt', 'Zürich/€ & 100%.txt', '😀.txt', 'quote"s.txt', '+#?.txt']
  beforeAll(async () => {
    await app.request('POST', '/v1/datasets', { name: 'files' })
    const files = []
    for (const path of names) {
      const { body } = await app.request('PUT', '/v1/blobs', `content of ${path}`)
      files.push({ path, ...body })
    }
    expect((await app.request('POST', '/v1/datasets/files/versions', { files })).status).toBe(201)
  })
  const fileUrl = (path: string) =>
    `/v1/datasets/files/versions/latest/files/${path.split('/').map(encodeURIComponent).join('/')}`

  it('come back under their names, whatever is in them', async () => {
    for (const path of names) {
      const answer = await call('GET', fileUrl(path))
      expect([answer.status, await answer.text()], path).toEqual([200, `content of ${path}`])
      expect(answer.headers.get('content-disposition')).toContain("; filename*=UTF-8''")
    }
    const part = await call('GET', fileUrl('plain.txt'), { headers: { range: 'bytes=-9' } })
    expect([part.status, await part.text()]).toEqual([206, 'plain.txt'])
    expect((await call('HEAD', fileUrl('plain.txt'))).headers.get('content-length')).toBe('20')
  })

  it('are not found, or refused, under other names', async () => {
    expect((await call('GET', fileUrl('missing'))).status).toBe(404)
    for (const path of ['..%2f..%2f..%2fetc%2fpasswd', '%2fetc%2fpasswd', 'a%00b', '..%5cx', '%252e%252e/x', 'a//b']) {
      const answer = await call('GET', `/v1/datasets/files/versions/1/files/${path}`)
      expect(answer.status, path).toBe(400)
    }
  })
})

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await condition()); tries++) {
    if (tries > 200) throw new Error('it did not come to pass')
    await delay(20)
  }
}
