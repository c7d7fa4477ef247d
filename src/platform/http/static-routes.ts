import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { OpenAPIHono } from '@hono/zod-openapi'
import { compress } from 'hono/compress'
import type { HttpContext, HttpEnv } from './http-env.ts'
import { findStaticFile, indexStaticFiles, type StaticFile } from './static-index.ts'

const ours = /^\/(?:api|d|healthz|readyz|metrics)(?:\/|$)/

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>CreatorOps</title>
<p>The API is running, but the Studio has not been built. Run <code>npm run prepare</code> and start again.</p></html>`

/**
 * Serves the exported Studio for every address that is not the API's. Mount it last, at `/`. The files are listed
 * once, at start.
 */
export function staticRoutes(options: { dir: string }): OpenAPIHono<HttpEnv> {
  const index = indexStaticFiles(options.dir)
  const routes = new OpenAPIHono<HttpEnv>()
  routes.use('*', async (c, next) => (ours.test(c.req.path) ? next() : compressed(c, next)))
  // Not get(): a route for every address would make each unknown address of the API one "for GET only".
  routes.use('*', async (c, next) => {
    if (ours.test(c.req.path) || !['GET', 'HEAD'].includes(c.req.method)) return next()
    if (index.size === 0) return c.html(notBuilt, 503)
    const address = decoded(c.req.path)
    const file = address === undefined ? undefined : findStaticFile(index, address)
    if (file) return sendFile(c, file, 200)
    const missing = index.get('/404.html')
    return missing ? sendFile(c, missing, 404) : next()
  })
  return routes
}

const compressed = compress({ encoding: 'gzip', threshold: 1024 })

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}

async function sendFile(c: HttpContext, file: StaticFile, status: 200 | 404): Promise<Response> {
  c.header('etag', file.etag)
  c.header('cache-control', status === 404 ? 'no-cache' : file.cacheControl)
  if (file.policy !== undefined) c.header('content-security-policy', file.policy)
  if (status === 200 && isUnchanged(c, file)) return c.body(null, 304)
  c.header('content-type', file.contentType)
  if (c.req.method === 'HEAD') {
    c.header('content-length', String(file.sizeBytes))
    return c.body(null, status)
  }
  const isSmall = file.sizeBytes <= 512 * 1024
  if (isSmall) return c.body(new Uint8Array(await readFile(file.path)), status)
  return c.body(Readable.toWeb(createReadStream(file.path)) as ReadableStream, status)
}

// compress() makes strong ETags weak; both name the same file.
function isUnchanged(c: HttpContext, file: StaticFile): boolean {
  const asked = c.req.header('if-none-match') ?? ''
  return asked.split(',').some((tag) => tag.trim().replace(/^W\//, '') === file.etag)
}
