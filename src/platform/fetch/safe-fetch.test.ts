import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import { type Address, safeFetch } from './safe-fetch.ts'

const limits = { maxBytes: 1_000, timeoutMs: 5_000 }
const loopback: Address[] = [{ address: '127.0.0.1', family: 4 }]

/** A server on loopback that nobody may fetch unless it is allowed. */
async function withServer(
  answer: RequestListener,
  check: (server: { url: string; port: number; allow: string[]; seen: string[] }) => Promise<void>,
): Promise<void> {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.headers.host?.replace(/:\d+$/, '')}${request.url}`)
    answer(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  try {
    await check({ url: `http://127.0.0.1:${port}`, port, allow: [`127.0.0.1:${port}`], seen })
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

const hello: RequestListener = (_request, response) => void response.end('hello')

describe('fetching somebody else’s URL', () => {
  test('gives status, headers and body, whatever the status', () =>
    withServer(
      (request, response) => {
        let text = ''
        request.on('data', (chunk) => (text += chunk))
        request.on('end', () => response.writeHead(418, { 'x-kind': 'pot' }).end(`got ${text}`))
      },
      async ({ url, allow }) => {
        const answer = await safeFetch(url, { ...limits, allow, method: 'POST', body: 'tea' })
        assert.deepEqual([answer.status, answer.headers['x-kind']], [418, 'pot'])
        assert.equal((await answer.bytes()).toString(), 'got tea')
      },
    ))

  for (const url of ['file:///etc/passwd', 'ftp://example.org/', 'data:,x', 'gopher://x/', 'nonsense', '']) {
    test(`refuses "${url}" as no address`, () =>
      assert.rejects(safeFetch(url, limits), { code: 'fetch.badUrl' }))
  }

  test('refuses a name or password in the address, also in a redirect', () =>
    withServer(
      (_request, response) => void response.writeHead(302, { location: 'http://me:x@example.org/' }).end(),
      async ({ url, allow }) => {
        await assert.rejects(safeFetch('http://me@example.org/', limits), { code: 'fetch.badUrl' })
        await assert.rejects(safeFetch(url, { ...limits, allow }), { code: 'fetch.badUrl' })
      },
    ))

  test('refuses inner addresses however they are written, and does not connect', () =>
    withServer(hello, async ({ port, seen }) => {
      for (const host of [
        '127.0.0.1',
        '2130706433',
        '0x7f.1',
        '0177.0.0.1',
        '127.1',
        '0',
        'localhost',
        'LOCALHOST',
        '[::1]',
        '[::ffff:127.0.0.1]',
        '①②⑦.0.0.1',
      ]) {
        await assert.rejects(safeFetch(`http://${host}:${port}/`, limits), { code: 'fetch.refused' }, host)
      }
      assert.deepEqual(seen, [])
    }))

  test('refuses a name of which any address is an inner one', async () => {
    const resolve = async () => [{ address: '93.184.215.14', family: 4 }, ...loopback]
    await assert.rejects(safeFetch('http://trap.example/', { ...limits, resolve }), { code: 'fetch.refused' })
  })

  test('connects to the address that was checked: the name is resolved once', () =>
    withServer(hello, async ({ port, seen }) => {
      let asked = 0
      const resolve = async () => {
        asked++
        return asked === 1 ? loopback : [{ address: '10.0.0.1', family: 4 }]
      }
      const options = { ...limits, resolve, allow: ['127.0.0.0/8'] }
      const answer = await safeFetch(`http://rebind.example:${port}/a`, options)
      assert.equal((await answer.bytes()).toString(), 'hello')
      assert.equal(asked, 1)
      assert.deepEqual(seen, ['GET rebind.example/a'])
    }))

  test('says when a name has no address', async () => {
    const resolve = async () => []
    await assert.rejects(safeFetch('http://gone.example/', { ...limits, resolve }), {
      code: 'fetch.unreachable',
    })
    const broken = async () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }))
    await assert.rejects(safeFetch('http://gone.example/', { ...limits, resolve: broken }), {
      code: 'fetch.unreachable',
      message: /ENOTFOUND/,
    })
  })
})

describe('a redirect', () => {
  test('is followed, with relative addresses and to where it ends', () =>
    withServer(
      (request, response) => {
        if (request.url === '/a') response.writeHead(302, { location: 'b?x=1' }).end()
        else response.end('there')
      },
      async ({ url, allow }) => {
        const answer = await safeFetch(`${url}/a`, { ...limits, allow })
        assert.equal(answer.url, `${url}/b?x=1`)
        assert.equal((await answer.bytes()).toString(), 'there')
      },
    ))

  test('to an inner address is refused', () =>
    withServer(
      (_request, response) => void response.writeHead(301, { location: 'http://169.254.169.254/' }).end(),
      ({ url, allow }) => assert.rejects(safeFetch(url, { ...limits, allow }), { code: 'fetch.refused' }),
    ))

  test('to a file is refused', () =>
    withServer(
      (_request, response) => void response.writeHead(301, { location: 'file:///etc/passwd' }).end(),
      ({ url, allow }) => assert.rejects(safeFetch(url, { ...limits, allow }), { code: 'fetch.badUrl' }),
    ))

  test('is followed five times and not once more', () =>
    withServer(
      (request, response) => {
        const left = Number(request.url!.slice(1))
        if (left > 0) response.writeHead(307, { location: `/${left - 1}` }).end()
        else response.end('end')
      },
      async ({ url, allow, seen }) => {
        assert.equal((await safeFetch(`${url}/5`, { ...limits, allow })).status, 200)
        seen.length = 0
        await assert.rejects(safeFetch(`${url}/6`, { ...limits, allow }), { code: 'fetch.badRedirect' })
        assert.equal(seen.length, 6)
      },
    ))

  test('of a POST is the answer', () =>
    withServer(
      (_request, response) => void response.writeHead(308, { location: '/else' }).end(),
      async ({ url, allow, seen }) => {
        const answer = await safeFetch(url, { ...limits, allow, method: 'POST', body: 'x' })
        assert.equal(answer.status, 308)
        answer.discard()
        assert.equal(seen.length, 1)
      },
    ))

  test('to another origin leaves credentials behind', () => {
    const heard: Array<string | undefined> = []
    return withServer(
      (request, response) => {
        heard.push(request.headers.authorization)
        if (request.headers.host?.startsWith('one')) {
          response.writeHead(302, { location: `http://two.example:${request.socket.localPort}/` }).end()
        } else response.end()
      },
      async ({ port }) => {
        const resolve = async () => loopback
        const headers = { authorization: 'Bearer x' }
        const options = { ...limits, resolve, headers, allow: ['127.0.0.1/32'] }
        await safeFetch(`http://one.example:${port}/`, options)
        assert.deepEqual(heard, ['Bearer x', undefined])
      },
    )
  })
})

describe('an answer', () => {
  test('that announces too much is refused before it is read', () =>
    withServer(
      (_request, response) => void response.writeHead(200, { 'content-length': 2_000 }).write('x'),
      ({ url, allow }) => assert.rejects(safeFetch(url, { ...limits, allow }), { code: 'fetch.tooLarge' }),
    ))

  test('that turns out too large is cut off', () =>
    withServer(
      (_request, response) => {
        response.on('error', () => undefined)
        const write = () => {
          while (!response.destroyed && response.write('x'.repeat(400)));
          response.once('drain', write)
        }
        write()
      },
      async ({ url, allow }) => {
        const answer = await safeFetch(url, { ...limits, allow })
        await assert.rejects(answer.bytes(), { code: 'fetch.tooLarge' })
      },
    ))

  test('that never begins, or never ends, is given up in time', () =>
    withServer(
      (request, response) => {
        if (request.url === '/begins') response.write('x')
      },
      async ({ url, allow }) => {
        const hasty = { ...limits, allow, timeoutMs: 100 }
        await assert.rejects(safeFetch(url, hasty), { code: 'fetch.timedOut' })
        const answer = await safeFetch(`${url}/begins`, hasty)
        await assert.rejects(answer.bytes(), { code: 'fetch.timedOut' })
      },
    ))

  test('that nobody reads disturbs nothing when it breaks off', () =>
    withServer(
      (_request, response) => void response.writeHead(200, { 'content-length': 10 }).write('x'),
      async ({ url, allow }) => {
        const answer = await safeFetch(url, { ...limits, allow, timeoutMs: 50 })
        await new Promise((resolve) => answer.body.once('close', resolve))
        assert.equal(answer.status, 200)
      },
    ))

  test('that breaks off in the middle fails', () =>
    withServer(
      (_request, response) => {
        response.writeHead(200, { 'content-length': 100 })
        response.write('half', () => response.destroy())
      },
      async ({ url, allow }) => {
        const answer = await safeFetch(url, { ...limits, allow })
        await assert.rejects(answer.bytes(), { code: 'fetch.unreachable' })
      },
    ))

  test('is not waited for by a caller who gave up: the caller’s own reason comes back', () =>
    withServer(
      () => undefined,
      async ({ url, allow }) => {
        const caller = new AbortController()
        const waiting = safeFetch(url, { ...limits, allow, signal: caller.signal })
        caller.abort(new Error('enough'))
        await assert.rejects(waiting, /enough/)
      },
    ))

  test('of a server that is not there fails without naming inner things', async () => {
    let gone = 0
    await withServer(hello, async ({ port }) => void (gone = port))
    const options = { ...limits, allow: ['127.0.0.1'] }
    await assert.rejects(safeFetch(`http://127.0.0.1:${gone}/`, options), {
      code: 'fetch.unreachable',
      message: 'The connection failed: ECONNREFUSED.',
    })
  })
})
