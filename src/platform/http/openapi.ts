import type { OpenAPIHono } from '@hono/zod-openapi'
import packageJson from '../../../package.json' with { type: 'json' }
import type { HttpEnv } from './http-env.ts'
import { isPublicRoute } from './public-routes.ts'

type OpenApiDocument = ReturnType<OpenAPIHono<HttpEnv>['getOpenAPI31Document']>
type Operation = { security?: unknown[]; tags?: string[] }

const methods = ['get', 'head', 'post', 'put', 'patch', 'delete'] as const

/**
 * The OpenAPI 3.1 description of every mounted route. The same routes always give the same bytes, so that the
 * committed `openapi.json` can be compared.
 */
export function openapiDocument(app: OpenAPIHono<HttpEnv>): OpenApiDocument {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'CreatorOps API',
      version: packageJson.version,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      description:
        'Everything the Studio and the command line do. Failures are problem+json with a stable code; lists are paged ' +
        'by cursor; a POST that creates takes an Idempotency-Key; an update needs If-Match.',
    },
    servers: [{ url: '/' }],
    security: [{ apiKey: [] }, { session: [] }],
  })
  document.components = {
    ...document.components,
    securitySchemes: {
      apiKey: { type: 'http', scheme: 'bearer', description: 'An API key: cok_…' },
      session: {
        type: 'apiKey',
        in: 'cookie',
        name: 'creatorops.session_token',
        description: 'A signed-in person.',
      },
    },
  }
  for (const [path, item] of Object.entries(document.paths ?? {})) describeOperations(path, item)
  return sorted(document) as OpenApiDocument
}

function describeOperations(path: string, item: object): void {
  for (const method of methods) {
    const operation = (item as Record<string, Operation | undefined>)[method]
    if (!operation) continue
    operation.tags ??= [path.split('/')[3] ?? 'api']
    if (isPublicRoute(method.toUpperCase(), path)) operation.security = []
  }
}

const ordered = ['openapi', 'info', 'servers', 'security', 'paths', 'components']

function sorted(document: object): object {
  const entries = Object.entries(document).sort(([a], [b]) => ordered.indexOf(a) - ordered.indexOf(b))
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name,
      name === 'paths' || name === 'components' ? sortKeys(value, 2) : value,
    ]),
  )
}

// Routes may be mounted in any order; only the names are sorted, never the order inside a schema.
function sortKeys(value: unknown, depth: number): unknown {
  if (depth === 0 || typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, sortKeys(inner, depth - 1)]),
  )
}
