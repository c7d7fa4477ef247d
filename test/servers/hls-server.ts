import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

export type HlsFault =
  | { kind: 'status'; status: number; times?: number }
  | { kind: 'redirect'; to: string }
  | { kind: 'html' }
  /** Tells the whole length and ends early. */
  | { kind: 'breakOff'; times?: number }
  | { kind: 'noRanges' }

export type HlsServer = {
  url: string
  /** Requests so far: paths with their ranges, oldest first. */
  requests: string[]
  /** Bytes of bodies sent so far. */
  bytesSent(): number
  /** What goes wrong at a path. */
  faults: Map<string, HlsFault>
  /** The most requests that were open at one moment. */
  mostAtOnce(): number
  close(): Promise<void>
}

/** A web server of the files in a folder, with byte ranges and with faults on demand. */
export async function startHlsServer(folder: string): Promise<HlsServer> {
  const requests: string[] = []
  const faults = new Map<string, HlsFault>()
  const left = new Map<string, number>()
  let bytesSent = 0
  let open = 0
  let mostAtOnce = 0
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url!, 'http://x').pathname)
    requests.push(request.headers.range ? `${path} ${request.headers.range}` : path)
    open++
    mostAtOnce = Math.max(mostAtOnce, open)
    response.on('close', () => open--)
    let fault = faults.get(path)
    if (fault && 'times' in fault && fault.times !== undefined) {
      const times = (left.get(path) ?? fault.times) - 1
      left.set(path, times)
      if (times < 0) fault = undefined
    }
    if (fault?.kind === 'redirect') return response.writeHead(302, { location: fault.to }).end()
    if (fault?.kind === 'status') return response.writeHead(fault.status).end('no')
    if (fault?.kind === 'html') {
      return response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<!doctype html><title>Sign in</title>')
    }
    const bytes = await readFile(join(folder, path)).catch(() => undefined)
    if (!bytes) return response.writeHead(404).end('not found')
    const [, from = '', to = ''] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
    if (from !== '' && Number(from) >= bytes.length) return response.writeHead(416).end()
    const isPart = from !== '' && fault?.kind !== 'noRanges'
    const body = isPart ? bytes.subarray(Number(from), Number(to) + 1) : bytes
    bytesSent += body.length
    response.writeHead(isPart ? 206 : 200, {
      'content-length': body.length,
      ...(isPart
        ? { 'content-range': `bytes ${from}-${Number(from) + body.length - 1}/${bytes.length}` }
        : {}),
    })
    if (fault?.kind !== 'breakOff') return response.end(body)
    response.write(body.subarray(0, body.length >> 1), () => response.destroy())
    return undefined
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    bytesSent: () => bytesSent,
    faults,
    mostAtOnce: () => mostAtOnce,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
