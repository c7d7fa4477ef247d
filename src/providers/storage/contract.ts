import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import type { ObjectStorage } from './port.ts'

export type ContractSubject = { storage: ObjectStorage; close(): Promise<void> }

/**
 * What every storage vendor must do. Keys are fresh in each run, so it may run on a bucket that is in use.
 */
export function storageContract(
  vendor: string,
  open: () => Promise<ContractSubject>,
  options: { skip?: string | false } = {},
): void {
  describe(`${vendor} storage`, { skip: options.skip ?? false }, () => {
    const run = `contract-${randomBytes(6).toString('hex')}`
    let subject: ContractSubject
    let dir: string
    const storage = () => subject.storage
    const read = async (key: string) => buffer((await storage().get(key)).body)

    before(async () => {
      subject = await open()
      dir = await mkdtemp(join(tmpdir(), 'storage-contract-'))
    })
    after(async () => {
      await subject?.storage.deletePrefix(`${run}/`)
      await subject?.close()
      await rm(dir, { recursive: true, force: true })
    })

    test('what is put is what is read, with its size, type and checksum', async () => {
      const bytes = randomBytes(100_000)
      const stored = await storage().put(`${run}/a/b.mp4`, bytes, {
        contentType: 'video/mp4',
        sha256: sha256(bytes),
      })
      assert.equal(stored.sizeBytes, bytes.length)
      assert.equal(stored.sha256, sha256(bytes))
      assert.match(stored.etag, /^"[^"]+"$/)
      assert.deepEqual(await storage().head(`${run}/a/b.mp4`), stored)
      const got = await storage().get(`${run}/a/b.mp4`)
      assert.equal(got.contentType, 'video/mp4')
      assert.equal(got.sizeBytes, bytes.length)
      assert.equal(got.etag, stored.etag)
      assert.ok((await buffer(got.body)).equals(bytes))
    })

    test(
      'files, bytes and streams of every size around the part size arrive whole',
      { timeout: 60_000 },
      async () => {
        const part = 5 * 1024 * 1024
        for (const size of [0, 1, part - 1, part, part + 1, 2 * part + 17]) {
          const bytes = randomBytes(size)
          const path = join(dir, `${size}.bin`)
          await writeFile(path, bytes)
          const pieces = Readable.from(size === 0 ? [] : [bytes.subarray(0, 10), bytes.subarray(10)])
          for (const [kind, source] of Object.entries({ file: path, bytes, stream: pieces })) {
            const stored = await storage().put(`${run}/sizes/${kind}-${size}`, source)
            assert.equal(stored.sizeBytes, size, `${kind} of ${size}`)
            assert.equal(
              sha256(await read(`${run}/sizes/${kind}-${size}`)),
              sha256(bytes),
              `${kind} of ${size}`,
            )
          }
        }
      },
    )

    test('a wrong checksum is refused and nothing is kept, small or in parts', async () => {
      for (const size of [10, 6 * 1024 * 1024]) {
        const key = `${run}/wrong-${size}`
        const put = storage().put(key, randomBytes(size), { sha256: sha256(Buffer.from('other')) })
        await assert.rejects(put, { code: 'storage.corrupt' })
        assert.equal(await storage().head(key), undefined)
      }
    })

    test('a second put replaces the first and its tag; with ifAbsent it is refused', async () => {
      const first = await storage().put(`${run}/twice`, Buffer.from('one'), { contentType: 'text/plain' })
      const second = await storage().put(`${run}/twice`, Buffer.from('two'))
      assert.notEqual(first.etag, second.etag)
      const refused = storage().put(`${run}/twice`, Buffer.from('three'), { ifAbsent: true })
      await assert.rejects(refused, { code: 'storage.exists' })
      assert.equal(String(await read(`${run}/twice`)), 'two')
      assert.equal((await storage().head(`${run}/twice`))?.contentType, 'application/octet-stream')
    })

    test('ranges give exactly the bytes asked for and are cut at the end', async () => {
      await storage().put(`${run}/digits`, Buffer.from('0123456789'))
      const ranged = async (start: number, endInclusive: number) => {
        const got = await storage().get(`${run}/digits`, { range: { start, endInclusive } })
        return [String(await buffer(got.body)), got.range, got.sizeBytes]
      }
      assert.deepEqual(await ranged(0, 0), ['0', { start: 0, endInclusive: 0 }, 10])
      assert.deepEqual(await ranged(3, 5), ['345', { start: 3, endInclusive: 5 }, 10])
      assert.deepEqual(await ranged(8, 99), ['89', { start: 8, endInclusive: 9 }, 10])
      await assert.rejects(ranged(10, 12), { code: 'storage.badRange' })
      await assert.rejects(ranged(5, 4), { code: 'storage.badRange' })
    })

    test('a key that is not there: head says so, get fails, delete is content', async () => {
      assert.equal(await storage().head(`${run}/absent`), undefined)
      await assert.rejects(storage().get(`${run}/absent`), { code: 'storage.missing' })
      await storage().delete(`${run}/absent`)
      assert.equal(await storage().deletePrefix(`${run}/absent/`), 0)
    })

    test('keys of any script work; keys that could leave the store are refused', async () => {
      for (const name of ['ünï/çødé 1', '日本語/映画.mp4', 'a+b&c=d%20;e', "it's (1)", '👋']) {
        await storage().put(`${run}/names/${name}`, Buffer.from(name))
        assert.equal(String(await read(`${run}/names/${name}`)), name)
      }
      for (const key of [
        '',
        '/etc/passwd',
        '../x',
        'a/../b',
        'a//b',
        'a/',
        'a\0b',
        'a\\b',
        '.meta/x',
        'a/.tmp',
        'x'.repeat(901),
      ]) {
        await assert.rejects(
          async () => storage().put(key, Buffer.from('x')),
          { code: 'storage.badKey' },
          key,
        )
        await assert.rejects(async () => storage().get(key), { code: 'storage.badKey' }, key)
        await assert.rejects(async () => storage().delete(key), { code: 'storage.badKey' }, key)
      }
    })

    test('listing is sorted, in pages, and sees only its prefix', async () => {
      const names = ['b', 'a.b', 'a/b', 'a/a', 'c/é', 'c/z', 'c/10', 'c/9']
      for (const name of names) await storage().put(`${run}/list/${name}`, Buffer.from(name))
      await storage().put(`${run}/listing-is-not-list`, Buffer.from('x'))
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const page = await storage().list(`${run}/list/`, { limit: 3, cursor })
        assert.ok(page.objects.length <= 3)
        seen.push(...page.objects.map(({ key }) => key.slice(`${run}/list/`.length)))
        cursor = page.cursor
      } while (cursor)
      assert.deepEqual(seen, ['a.b', 'a/a', 'a/b', 'b', 'c/10', 'c/9', 'c/z', 'c/é'])
      assert.equal((await storage().list(`${run}/list/c/1`)).objects.length, 1)
    })

    test('deleting a prefix takes all below it and nothing beside it', async () => {
      for (const name of ['p/1', 'p/2/3', 'p/2/4', 'pp', 'q/1'])
        await storage().put(`${run}/del/${name}`, Buffer.from('x'))
      assert.equal(await storage().deletePrefix(`${run}/del/p/`), 3)
      const left = (await storage().list(`${run}/del/`)).objects.map(({ key }) => key)
      assert.deepEqual(left, [`${run}/del/pp`, `${run}/del/q/1`])
      await assert.rejects(async () => storage().deletePrefix(`${run}/del/p`), { code: 'storage.badKey' })
    })

    test('a moved file is gone from where it was', async () => {
      const path = join(dir, 'moved.bin')
      await writeFile(path, 'moved')
      await storage().put(`${run}/moved`, path, { move: true })
      await assert.rejects(stat(path), { code: 'ENOENT' })
      assert.equal(String(await read(`${run}/moved`)), 'moved')
    })

    test('a failing or aborted source leaves nothing under the key', async () => {
      const failing = new Readable({
        read() {
          this.push(randomBytes(1024 * 1024))
          if ((this.readableLength ?? 0) >= 0 && (count += 1) > 7) this.destroy(new Error('camera unplugged'))
        },
      })
      let count = 0
      await assert.rejects(storage().put(`${run}/failing`, failing), /camera unplugged|storage/)
      assert.equal(await storage().head(`${run}/failing`), undefined)
      const abort = new AbortController()
      const endless = new Readable({ read() { this.push(randomBytes(512 * 1024)) } }) // prettier-ignore
      const put = storage().put(`${run}/aborted`, endless, {
        signal: abort.signal,
        onProgress: () => abort.abort(),
      })
      await assert.rejects(put)
      assert.equal(await storage().head(`${run}/aborted`), undefined)
    })

    test('many puts at once, to different keys and to one, all end whole', async () => {
      const bodies = Array.from({ length: 12 }, (_value, index) => Buffer.alloc(50_000, index))
      await Promise.all(bodies.map((body, index) => storage().put(`${run}/many/${index}`, body)))
      await Promise.all(bodies.map((body) => storage().put(`${run}/one`, body)))
      const one = await read(`${run}/one`)
      assert.ok(bodies.some((body) => body.equals(one)))
      assert.equal((await storage().list(`${run}/many/`)).objects.length, 12)
    })

    test('check passes and the description names the vendor', async () => {
      await storage().check()
      assert.equal(storage().describe().vendor, storage().name)
    })
  })
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
