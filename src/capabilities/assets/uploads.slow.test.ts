import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { localStorage } from '../../providers/storage/index.ts'
import { mp4Bytes, openBench, type AssetsServer } from './test-assets.ts'
import { problemOf, tusClient } from './test-tus.ts'

const run = promisify(execFile)
const mebi = 1024 * 1024
const isRoot = process.getuid?.() === 0 && process.platform === 'linux'

test('300 MB are received, checked, stored and served in bounded memory', async () => {
  const bench = await openBench()
  const server = await bench.start()
  const block = mp4Bytes(mebi)
  const blocks = 300
  try {
    const hash = createHash('sha256')
    for (let index = 0; index < blocks; index++) hash.update(block)
    const sha256 = hash.digest('hex')
    await tusClient(server).upload(mp4Bytes(8 * mebi)) // whatever is loaded once is loaded
    globalThis.gc?.()
    const before = process.memoryUsage().rss
    let most = before
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20)
    const location = await tusClient(server).begin(blocks * mebi, { sha256 })
    const assetId = await stream(server, location, block, blocks)
    const got = await fetch(`${server.url}/api/v1/assets/${assetId}`, { headers: server.as() })
    const file = await fetch(server.url + ((await got.json()) as { url: string }).url)
    const served = createHash('sha256')
    for await (const chunk of file.body ?? []) served.update(chunk)
    clearInterval(watch)
    assert.equal(served.digest('hex'), sha256)
    const grownMebi = (most - before) / mebi
    // The sender and the reader run in this process too.
    assert.ok(grownMebi < 150, `the memory grew by ${grownMebi.toFixed(0)} MiB`)
  } finally {
    await bench.close()
  }
})

test(
  'a disk that is full: refused at the start when it can be known, cleaned up when it comes late',
  {
    skip: isRoot ? false : 'needs root to mount a small tmpfs',
  },
  async (t) => {
    const home = await mkdtemp(join(tmpdir(), 'small-disk-'))
    try {
      await run('mount', ['-t', 'tmpfs', '-o', 'size=100m', 'tmpfs', home])
    } catch {
      await rm(home, { recursive: true })
      return t.skip('this machine does not allow to mount a tmpfs')
    }
    const bench = await openBench({ home, storage: localStorage(join(home, 'objects')) })
    try {
      const server = await bench.start()
      const client = tusClient(server)
      const early = await problemOf(await client.create(500 * mebi))
      assert.deepEqual([early.status, early.code], [507, 'storage.full'])

      const bytes = mp4Bytes(30 * mebi)
      const location = await client.begin(bytes.length)
      await mkdir(join(home, 'filler'))
      const filler = join(home, 'filler', 'x')
      await run('sh', ['-c', `dd if=/dev/zero of=${filler} bs=1M count=80 2>/dev/null || true`])
      const late = await problemOf(await client.send(location, bytes, 0))
      assert.deepEqual([late.status, late.code], [507, 'storage.full'])
      assert.deepEqual(await readdir(join(home, 'uploads')), [])
      assert.equal((await client.head(location)).status, 404)

      const put = bench.storage.put('assets/x', bytes)
      await assert.rejects(put, { code: 'storage.full' })
      assert.deepEqual(await readdir(join(home, 'objects', '.tmp')), [])

      await rm(join(home, 'filler'), { recursive: true })
      assert.equal((await client.upload(bytes)).status, 204)
    } finally {
      await bench.close().catch(() => undefined)
      await run('umount', ['-l', home])
      await rm(home, { recursive: true, force: true })
    }
  },
)

function stream(server: AssetsServer, location: string, block: Buffer, blocks: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const sending = request(new URL(location, server.url), {
    method: 'PATCH',
    headers: {
      ...tusClient(server).headers,
      'content-type': 'application/offset+octet-stream',
      'content-length': String(block.length * blocks),
      'upload-offset': '0',
    },
  })
  sending.on('response', (answer) => {
    answer.resume()
    if (answer.statusCode === 204) resolve(String(answer.headers['x-asset-id']))
    else reject(new Error(`The answer was ${answer.statusCode}`))
  })
  sending.on('error', reject)
  let sent = 0
  const write = () => {
    while (sent < blocks) {
      sent++
      if (!sending.write(block)) return void sending.once('drain', write)
    }
    sending.end()
  }
  write()
  return promise
}
