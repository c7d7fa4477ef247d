import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sql } from 'drizzle-orm'
import type { Actor } from '../../../kernel/actor.ts'
import type { Db } from '../../../platform/db/client.ts'
import { withDb } from '../../../platform/db/test-db.ts'
import { createHttp } from '../../../platform/http/create-http.ts'
import { createLog } from '../../../platform/log/log.ts'
import { awsSecrets } from '../../../providers/secrets/aws.ts'
import { openSecrets } from '../../../providers/secrets/index.ts'
import { startSecretsServer } from '../../../../test/servers/secrets-server.ts'
import { readSecret, withSecret } from './read-secret.ts'
import type { SecretDeps } from './secret.ts'
import { createSecretMemory } from './secret-memory.ts'
import { secretRoutes } from './secret-routes.ts'
import { listSecrets } from './list-secrets.ts'
import { deleteSecret, setSecret } from './set-secret.ts'

const config = { quotaBytes: 1, environment: 'staging' as const }
const key = 'k'.repeat(40)
const admin: Actor = {
  kind: 'person',
  id: 'person_1',
  workspaceId: 'ws_1',
  permissions: new Set(['secrets.read', 'secrets.write']),
}
const operator = { ...admin, permissions: new Set([...admin.permissions, 'installation.write']) }
class Refused extends Error {}
const isRefused = (error: unknown) => error instanceof Refused

function depsOn(db: Db, more: { nowMs?: () => number } = {}): SecretDeps {
  const store = openSecrets({ secretsUrl: 'local', secretsKey: key, home: '/nowhere', db })
  const secretMemory = createSecretMemory({ store, ...(more.nowMs ? { nowMs: more.nowMs } : {}) })
  return { db, config, secretStore: store, secretMemory }
}

describe('a secret', () => {
  test('is of its workspace and environment alone', () =>
    withDb(async (db) => {
      const deps = depsOn(db)
      await setSecret(deps, { actor: admin, name: 'elevenlabs.apiKey', value: 'one' })
      await setSecret(deps, {
        actor: { ...admin, workspaceId: 'ws_2' },
        name: 'elevenlabs.apiKey',
        value: 'two',
      })
      const read = (workspaceId: string, its = deps) =>
        readSecret(its, { workspaceId, name: 'elevenlabs.apiKey' })
      assert.deepEqual([await read('ws_1'), await read('ws_2')], ['one', 'two'])
      await assert.rejects(read('ws_3'), { code: 'secrets.missing' })
      const production = { ...deps, config: { ...config, environment: 'production' as const } }
      await assert.rejects(read('ws_1', production), { code: 'secrets.missing' })
      const listed = await listSecrets(deps, { actor: admin })
      assert.deepEqual(
        listed.map(({ name }) => name),
        ['elevenlabs.apiKey'],
      )
    }))

  test('needs a proper name and value, and the permission', () =>
    withDb(async (db) => {
      const deps = depsOn(db)
      for (const name of ['', '../ws_2/x', 'a/b', 'a b', '.a', 'a'.repeat(101)]) {
        await assert.rejects(
          setSecret(deps, { actor: admin, name, value: 'x' }),
          { code: 'secrets.invalid' },
          name,
        )
      }
      for (const value of ['', 'x'.repeat(65_537)]) {
        await assert.rejects(setSecret(deps, { actor: admin, name: 'a', value }), { code: 'secrets.invalid' })
      }
      const viewer = { ...admin, permissions: new Set(['settings.read']) }
      await assert.rejects(setSecret(deps, { actor: viewer, name: 'a', value: 'x' }), {
        code: 'access.forbidden',
      })
      await assert.rejects(listSecrets(deps, { actor: viewer }), { code: 'access.forbidden' })
      await assert.rejects(deleteSecret(deps, { actor: admin, name: 'a' }), { code: 'secrets.missing' })
    }))

  test('is remembered for five minutes, and forgotten at once when it is changed here', () =>
    withDb(async (db) => {
      let nowMs = 0
      const deps = depsOn(db, { nowMs: () => nowMs })
      const other = depsOn(db)
      const read = () => readSecret(deps, { workspaceId: 'ws_1', name: 'a' })
      await setSecret(deps, { actor: admin, name: 'a', value: '1' })
      assert.equal(await read(), '1')
      await setSecret(other, { actor: admin, name: 'a', value: '2' })
      nowMs = 299_999
      assert.equal(await read(), '1', 'no event came')
      nowMs = 300_000
      assert.equal(await read(), '2')
      await setSecret(deps, { actor: admin, name: 'a', value: '3' })
      assert.equal(await read(), '3')
    }))
})

describe('a service that refuses a secret', () => {
  test('is asked again once with the value that was rotated in the store meanwhile', () =>
    withDb(async (db) => {
      const server = await startSecretsServer()
      const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'test' }
      const store = awsSecrets({ region: 'eu-central-1', endpoint: server.endpoint, credentials })
      const deps = { ...depsOn(db), secretStore: store, secretMemory: createSecretMemory({ store }) }
      await setSecret(deps, { actor: admin, name: 'partner.token', value: 'old' })
      const tried: string[] = []
      const call = (accepted: string) =>
        withSecret(deps, { workspaceId: 'ws_1', name: 'partner.token', isRefused }, async (token) => {
          tried.push(token)
          if (token !== accepted) throw new Refused('401')
          return 'done'
        })
      assert.equal(await call('old'), 'done')
      server.rotate('creatorops/staging/ws_1/partner.token', 'new')
      assert.equal(await call('new'), 'done')
      await assert.rejects(call('other'), Refused)
      assert.deepEqual(tried, ['old', 'old', 'new', 'new'], 'the same value is not tried twice')
      await server.close()
    }))
})

test('no answer, log line, event, audit entry or table shows a value', () =>
  withDb(async (db) => {
    const canary = 'canary-7f3a9c'
    const lines: string[] = []
    const log = createLog({ level: 'trace', destination: { write: (line) => lines.push(line) } })
    const http = { publicUrl: 'http://localhost', corsOrigins: [], rateLimitPerMinute: 10_000 }
    const app = createHttp({ log, config: http, db, authenticate: async () => operator })
    app.route('/api/v1', secretRoutes(depsOn(db)))
    const wrote: string[] = []
    const call = async (
      method: string,
      path: string,
      body?: unknown,
      headers: Record<string, string> = {},
    ) => {
      const answer = await app.request(`/api/v1${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      wrote.push(JSON.stringify([...answer.headers]), await answer.text())
      return answer.status
    }
    const again = { 'idempotency-key': 'again-1' }
    const statuses = [
      await call('PUT', '/secrets/partner.token', { value: `${canary}-1` }),
      await call('POST', '/secrets/partner.token/rotate', { value: `${canary}-2` }, again),
      await call('POST', '/secrets/partner.token/rotate', { value: `${canary}-2` }, again),
      await call('POST', '/secrets/other.token/rotate', { value: canary }),
      await call('PUT', '/secrets/partner.token', { value: canary, note: canary }),
      await call('PUT', '/secrets/partner.token', `{"value":"${canary}`),
      await call('PUT', '/secrets/partner.token', { value: [canary] }),
      await call('PUT', '/secrets/partner.token', { value: canary.repeat(10_000) }),
      await call('GET', '/secrets'),
      await call('POST', '/secrets-key/rotate'),
      await call('POST', '/secrets-rotated', {
        source: 'aws.secretsmanager',
        detail: {
          additionalEventData: {
            SecretId:
              'arn:aws:secretsmanager:eu-central-1:1:secret:creatorops/staging/ws_1/partner.token-AbCdEf',
          },
        },
      }),
      await call('DELETE', '/secrets/partner.token'),
    ]
    assert.deepEqual(statuses, [200, 200, 200, 404, 400, 400, 400, 400, 200, 200, 200, 204])
    assert.match(wrote.join('\n'), /"name":"partner\.token"\}/)
    const tables = await db.execute<{ name: string }>(
      sql`select format('%I', table_name) as name from information_schema.tables where table_schema = 'public'`,
    )
    for (const { name } of tables.rows) {
      const { rows } = await db.execute(sql.raw(`select t::text as line from ${name} t`))
      wrote.push(JSON.stringify(rows))
    }
    assert.ok(lines.length > 0 && wrote.some((text) => text.includes('secret.rotated')))
    const all = [...lines, ...wrote].join('\n')
    assert.ok(
      !all.includes(canary),
      all.slice(Math.max(0, all.indexOf(canary) - 300), all.indexOf(canary) + 60),
    )
  }))
