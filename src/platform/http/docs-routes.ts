import { createReadStream } from 'node:fs'
import { createRequire } from 'node:module'
import { Readable } from 'node:stream'
import { OpenAPIHono } from '@hono/zod-openapi'
import type { HttpEnv } from './http-env.ts'
import { openapiDocument } from './openapi.ts'

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>CreatorOps API</title>
  </head>
  <body>
    <div id="reference"></div>
    <script src="/api/docs/reference.js"></script>
    <script src="/api/docs/start.js"></script>
  </body>
</html>
`

// Everything is served from here: no fonts, telemetry, AI or proxies of the viewer's vendor.
const start = `Scalar.createApiReference('#reference', {
  url: '/api/v1/openapi.json',
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  showDeveloperTools: 'never',
  hideClientButton: true,
})
`

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** `/api/docs` (readable by anyone, works offline) and `/api/v1/openapi.json` of the whole application. */
export function docsRoutes(app: OpenAPIHono<HttpEnv>): OpenAPIHono<HttpEnv> {
  const routes = new OpenAPIHono<HttpEnv>()
  let document: string | undefined

  routes.get('/api/v1/openapi.json', (c) => {
    document ??= JSON.stringify(openapiDocument(app))
    return c.body(document, 200, { 'content-type': 'application/json; charset=utf-8' })
  })
  routes.get('/api/docs', (c) => {
    c.header('content-security-policy', policy)
    return c.html(page)
  })
  routes.get('/api/docs/start.js', (c) =>
    c.body(start, 200, { 'content-type': 'text/javascript; charset=utf-8' }),
  )
  routes.get('/api/docs/reference.js', (c) =>
    c.body(Readable.toWeb(createReadStream(viewerPath())) as ReadableStream, 200, {
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=86400',
    }),
  )
  return routes
}

function viewerPath(): string {
  return createRequire(import.meta.url).resolve('@scalar/api-reference/browser/standalone.js')
}
