import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { type BlobsUnderTest, sha256 } from './blob-conformance.ts'

const dayMs = 86_400_000

/** The second half of the kit: resumable uploads and the collection of garbage. */
export function describeUploadsAndCollection(make: () => Promise<BlobsUnderTest>): void {
  describeUploads(make)
  describeCollection(make)
}

function describeUploads(make: () => Promise<BlobsUnderTest>): void {
  it('continues an upload after a restart', async () => {
    const { blobs, reopen, leftovers } = await make()
    const { id } = await blobs.createUpload()
    expect(await blobs.findUpload(id)).toEqual({ id, offset: 0 })
    expect(await blobs.appendUpload(id, 0, 'first, ')).toEqual({ id, offset: 7 })
    const again = await reopen()
    expect(await again.findUpload(id)).toEqual({ id, offset: 7 })
    await again.appendUpload(id, 7, '')
    await again.appendUpload(id, 7, 'second')
    const ref = await again.finishUpload(id, { digest: sha256('first, second'), sizeBytes: 13 })
    expect(ref).toEqual({ digest: sha256('first, second'), sizeBytes: 13 })
    expect((await again.bytes(ref.digest)).toString()).toBe('first, second')
    expect(await again.findUpload(id)).toBeUndefined()
    expect(await leftovers()).toEqual([])
  })

  it('finds the unfinished upload of bytes with a known digest', async () => {
    const { blobs, reopen } = await make()
    const digest = sha256('known beforehand')
    const { id } = await blobs.createUpload(digest)
    await blobs.appendUpload(id, 0, 'known ')
    const again = await reopen()
    expect(await again.createUpload(digest)).toEqual({ id, offset: 6 })
    expect((await again.createUpload(sha256('other'))).id).not.toBe(id)
    await again.appendUpload(id, 6, 'beforehand')
    await again.finishUpload(id, { digest })
    expect(await again.createUpload(digest)).toEqual({ id, offset: 0 })
    await expect((async () => again.createUpload('../x'))()).rejects.toMatchObject({ code: 'digest_invalid' })
  })

  it('keeps what arrived when an append breaks off', async () => {
    const { blobs } = await make()
    const { id } = await blobs.createUpload()
    const broken = async function* () {
      yield 'arrived'
      throw new Error('the client went away')
    }
    await expect(blobs.appendUpload(id, 0, broken())).rejects.toThrow('the client went away')
    expect(await blobs.findUpload(id)).toEqual({ id, offset: 7 })
  })

  it('refuses to append anywhere but at the end', async () => {
    const { blobs } = await make()
    const { id } = await blobs.createUpload()
    const both = await Promise.allSettled([blobs.appendUpload(id, 0, 'abc'), blobs.appendUpload(id, 0, 'xyzzy')])
    expect(both.map((one) => one.status)).toEqual(['fulfilled', 'rejected'])
    await expect(blobs.appendUpload(id, 7, 'x')).rejects.toMatchObject({
      code: 'upload_offset_mismatch',
      details: { offset: 3, given: 7 },
    })
    expect((await blobs.finishUpload(id)).digest).toBe(sha256('abc'))
  })

  it('keeps an upload whose bytes are not the expected ones, so that nothing is lost', async () => {
    const { blobs } = await make()
    const { id } = await blobs.createUpload()
    await blobs.appendUpload(id, 0, 'something')
    await expect(blobs.finishUpload(id, { digest: sha256('else') })).rejects.toMatchObject({ code: 'blob_mismatch' })
    expect(await blobs.find(sha256('something'))).toBeUndefined()
    expect(await blobs.findUpload(id)).toEqual({ id, offset: 9 })
    await blobs.deleteUpload(id)
    expect(await blobs.findUpload(id)).toBeUndefined()
  })

  it('knows no upload by another id, whatever it looks like', async () => {
    const { blobs } = await make()
    for (const id of ['', '..', '../blobs', 'upl_x', `upl_${'0'.repeat(32)}/..`]) {
      await expect(blobs.appendUpload(id, 0, 'x')).rejects.toMatchObject({ code: 'upload_not_found' })
      expect(await blobs.findUpload(id)).toBeUndefined()
    }
    await expect(blobs.finishUpload(`upl_${'0'.repeat(32)}`)).rejects.toMatchObject({ code: 'upload_not_found' })
  })
}

function describeCollection(make: () => Promise<BlobsUnderTest>): void {
  it('collects what nobody names, after a dry run that only counts', async () => {
    const { blobs, advance } = await make()
    const kept = await blobs.write('kept')
    const garbage = await blobs.write('garbage')
    advance(2 * dayMs)
    const collect = (dryRun: boolean) => blobs.collect([kept.digest], { dryRun, olderThanMs: dayMs })
    const counted = { keptCount: 1, deletedCount: 1, deletedBytes: 7 }
    expect(await collect(true)).toEqual(counted)
    expect(await blobs.find(garbage.digest)).toBeDefined()
    expect(await collect(false)).toEqual(counted)
    expect(await blobs.find(garbage.digest)).toBeUndefined()
    expect(await blobs.find(kept.digest)).toBeDefined()
    expect(await collect(false)).toEqual({ keptCount: 1, deletedCount: 0, deletedBytes: 0 })
  })

  it('leaves young blobs alone', async () => {
    const { blobs } = await make()
    const { digest } = await blobs.write('just written')
    expect(await blobs.collect([], { dryRun: false, olderThanMs: dayMs })).toMatchObject({ keptCount: 1 })
    expect(await blobs.find(digest)).toBeDefined()
  })

  it('leaves an old blob alone that was held or written again since', async () => {
    const { blobs, advance, timeStepMs } = await make()
    const refs = await Promise.all(['held', 'written again', 'forgotten'].map((text) => blobs.write(text)))
    await delay(timeStepMs)
    const between = Date.now()
    await delay(timeStepMs)
    advance(dayMs)
    await blobs.hold(sha256('held'))
    await blobs.write('written again')
    const collection = await blobs.collect([], { dryRun: false, olderThanMs: dayMs + Date.now() - between })
    expect(collection).toMatchObject({ keptCount: 2, deletedCount: 1 })
    const found = await Promise.all(refs.map(({ digest }) => blobs.find(digest)))
    expect(found.map((ref) => ref !== undefined)).toEqual([true, true, false])
  })

  it('removes uploads that were given up, and no others', async () => {
    const { blobs, advance, leftovers } = await make()
    const { id } = await blobs.createUpload()
    await blobs.appendUpload(id, 0, 'half of it')
    await blobs.collect([], { dryRun: false, olderThanMs: dayMs })
    expect(await blobs.findUpload(id)).toEqual({ id, offset: 10 })
    advance(2 * dayMs)
    await blobs.collect([], { dryRun: true, olderThanMs: dayMs })
    expect(await blobs.findUpload(id)).toBeDefined()
    await blobs.collect([], { dryRun: false, olderThanMs: dayMs })
    expect(await blobs.findUpload(id)).toBeUndefined()
    expect(await leftovers()).toEqual([])
  })
}
