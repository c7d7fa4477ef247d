import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PassThrough } from 'node:stream'
import { runCli } from '../../platform/cli/run-cli.ts'
import { withDb } from '../../platform/db/test-db.ts'
import { serveHttp } from '../../platform/http/serve-http.ts'
import { allPowerful, testHttp } from '../../platform/http/test-http.ts'
import { auditCommands } from './commands.ts'
import { recordAudit } from './record-audit.ts'
import { auditRoutes } from './routes.ts'

test('audit list shows what fits, newest first, and refuses a moment that is none with exit code 2', () =>
  withDb(async (db) => {
    for (const [minute, action] of ['clips.create', 'member.invited', 'member.removed'].entries()) {
      const at = new Date(Date.UTC(2026, 0, 1, 12, minute))
      await recordAudit(db, { actor: allPowerful(), action, subjectId: `subject_${minute}`, detail: {}, at })
    }
    const server = await serveHttp(testHttp({ db, routes: [auditRoutes({ db })] }), {
      host: '127.0.0.1',
      port: 0,
    })
    try {
      const members = await run(server.url, ['audit', 'list', '--action', 'member.', '--json'])
      assert.equal(members.code, 0)
      const { items } = JSON.parse(members.out) as { items: Array<{ action: string }> }
      assert.deepEqual(
        items.map(({ action }) => action),
        ['member.removed', 'member.invited'],
      )

      const refused = await run(server.url, ['audit', 'list', '--from', 'yesterday', '--json'])
      assert.equal(refused.code, 2)
      assert.equal((JSON.parse(refused.err) as { error: { code: string } }).error.code, 'http.invalid')
    } finally {
      await server.stop()
    }
  }))

async function run(url: string, argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' }
  const stdout = new PassThrough().on('data', (chunk: Buffer) => (said.out += chunk))
  const stderr = new PassThrough().on('data', (chunk: Buffer) => (said.err += chunk))
  const env = { CREATOROPS_URL: url, CREATOROPS_API_KEY: 'cok_test' }
  const code = await runCli({ argv, env, stdout, stderr, version: '0', register: auditCommands })
  return { code, ...said }
}
