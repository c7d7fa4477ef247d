import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { staticRoutes } from './static-routes.ts'
import { bodyOf, testHttp } from './test-http.ts'

const script = 'self.__next_f.push([1,"x"])'
const pages: Record<string, string> = {
  'index.html': `<html><script src="/_next/static/a.js"></script><script>${script}</script>home</html>`,
  'runs.html': '<html>runs</html>',
  'runs/view.html': '<html>one run</html>',
  'runs/view.txt': 'data of one run',
  'assets/index.html': '<html>assets</html>',
  '404.html': '<html>not here</html>',
  '_next/static/a.js': 'x'.repeat(5_000),
  'favicon.ico': 'icon',
}

describe('the exported Studio', () => {
  let dir = ''
  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'creatorops-static-'))
    for (const [name, text] of Object.entries(pages)) {
      mkdirSync(dirname(join(dir, 'out', name)), { recursive: true })
      writeFileSync(join(dir, 'out', name), text)
    }
    writeFileSync(join(dir, 'secret.txt'), 'not for anyone')
  })
  after(() => rmSync(dir, { recursive: true }))

  function studio(options: { actor?: null; dir?: string } = {}) {
    const app = testHttp({ actor: options.actor === null ? null : undefined })
    app.route('/', staticRoutes({ dir: options.dir ?? join(dir, 'out') }))
    return app
  }
  const page = async (path: string) => (await studio().request(path)).text()

  test('addresses find their page, their folder, or the shell of the nearest folder above', async () => {
    assert.match(await page('/'), /home/)
    assert.match(await page('/runs'), /runs/)
    assert.match(await page('/runs/'), /runs/)
    assert.match(await page('/assets'), /assets/)
    assert.match(await page('/runs/run_1'), /one run/)
    assert.match(await page('/runs/run_1/log?x=1'), /one run/)
    assert.equal(await page('/runs/run_1.txt'), 'data of one run')
  })

  test('what is not there is the 404 page with status 404', async () => {
    for (const path of ['/nothing', '/runs/missing.js', '/assets/asset_1']) {
      const answer = await studio().request(path)
      assert.equal(answer.status, 404, path)
      assert.match(await answer.text(), /not here/)
    }
  })

  test('nothing outside the directory can be named', async () => {
    for (const path of [
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/..%5csecret.txt',
      '/%00',
      '/%',
    ]) {
      const answer = await studio().request(path)
      assert.equal(answer.status, 404, path)
      assert.doesNotMatch(await answer.text(), /not for anyone/)
    }
  })

  test('a page allows exactly its own inline scripts', async () => {
    const policy = (await studio().request('/')).headers.get('content-security-policy') ?? ''
    const hash = createHash('sha256').update(script).digest('base64')
    assert.match(policy, new RegExp(`script-src 'self' 'sha256-${hash.replace(/[+/]/g, '\\$&')}';`))
    assert.doesNotMatch(policy.replace(/style-src[^;]*/, ''), /unsafe/)
    assert.match(policy, /media-src 'self' blob:/)
    assert.match(policy, /worker-src 'self' blob:/)
    assert.match(policy, /frame-ancestors 'none'/)
    assert.match(
      (await studio().request('/runs')).headers.get('content-security-policy') ?? '',
      /script-src 'self';/,
    )
  })

  test('hashed files are kept for a year, pages are asked about each time', async () => {
    const file = await studio().request('/_next/static/a.js')
    assert.equal(file.headers.get('cache-control'), 'public, max-age=31536000, immutable')
    const answer = await studio().request('/')
    assert.equal(answer.headers.get('cache-control'), 'no-cache')
    const etag = answer.headers.get('etag') ?? ''
    const again = await studio().request('/', { headers: { 'if-none-match': etag } })
    assert.equal(again.status, 304)
    assert.equal(await again.text(), '')
  })

  test('large texts are compressed for who accepts it', async () => {
    const answer = await studio().request('/_next/static/a.js', { headers: { 'accept-encoding': 'gzip' } })
    assert.equal(answer.headers.get('content-encoding'), 'gzip')
    assert.equal(gunzipSync(Buffer.from(await answer.arrayBuffer())).length, 5_000)
  })

  test('pages are open without sign-in, unknown API addresses stay problems', async () => {
    const app = studio({ actor: null })
    assert.equal((await app.request('/')).status, 200)
    const api = await app.request('/api/v1/nothing')
    assert.equal(api.status, 401)
    assert.equal((await bodyOf(await app.request('/api/other'))).code, 'http.notFound')
    assert.equal((await studio().request('/api/v1/nothing', { method: 'POST' })).status, 404)
    assert.equal((await studio().request('/runs', { method: 'POST' })).status, 404)
    assert.equal((await bodyOf(await app.request('/d/token/file'))).code, 'http.notFound')
  })

  test('without a built Studio the answer says how to build it', async () => {
    const answer = await studio({ dir: join(dir, 'absent') }).request('/')
    assert.equal(answer.status, 503)
    assert.match(await answer.text(), /npm run prepare/)
  })
})
