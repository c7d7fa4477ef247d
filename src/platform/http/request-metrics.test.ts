import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRoute, z } from '@hono/zod-openapi'
import { withDb } from '../db/test-db.ts'
import { silentLog } from '../log/log.ts'
import { startTelemetry } from '../telemetry/telemetry.ts'
import { createHttp } from './create-http.ts'

const route = createRoute({
  method: 'get',
  path: '/api/v1/clips/{clipId}',
  request: { params: z.object({ clipId: z.string() }) },
  responses: { 200: { description: 'ok', content: { 'application/json': { schema: z.object({}) } } } },
})

test('every request is measured under its route, never under its path', () =>
  withDb(async (db) => {
    const telemetry = startTelemetry({ serviceName: 'test' }, silentLog())
    try {
      const config = { publicUrl: 'http://localhost', corsOrigins: [], rateLimitPerMinute: 1_000 }
      const actor = {
        kind: 'person' as const,
        id: 'person_1',
        workspaceId: 'ws_1',
        permissions: new Set<string>(),
      }
      const app = createHttp({ log: silentLog(), config, db, authenticate: async () => actor })
      app.openapi(route, (c) => c.json({}, 200))
      for (const path of ['/api/v1/clips/a', '/api/v1/clips/b', '/nothing/here', '/nor/there'])
        await app.request(path)
      const counts = (await telemetry.prometheusText())
        .split('\n')
        .filter((line) => line.includes('duration_seconds_count'))
      assert.deepEqual(
        counts.map((line) => /route="([^"]+)",status="(\d+)"\} (\d+)/.exec(line)?.slice(1)),
        [
          ['/api/v1/clips/{clipId}', '200', '2'],
          ['other', '404', '2'],
        ],
      )
    } finally {
      await telemetry.stop()
    }
  }))
