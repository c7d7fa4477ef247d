import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLog, type LogLevel } from './log.ts'

function capture(level: LogLevel = 'info') {
  const lines: string[] = []
  const log = createLog({ level, destination: { write: (line) => void lines.push(line) } })
  return { log, lines, entries: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) }
}

test('an entry is one JSON line with time, level and message', () => {
  const { log, lines, entries } = capture()
  log.child({ requestId: 'req_1' }).info({ runId: 'run_1' }, 'cut\na clip')
  assert.equal(lines.length, 1)
  assert.equal(lines[0]?.trimEnd().includes('\n'), false)
  const [entry] = entries()
  assert.equal(entry?.['level'], 'info')
  assert.equal(entry?.['msg'], 'cut\na clip')
  assert.equal(entry?.['requestId'], 'req_1')
  assert.ok(Number.isFinite(Date.parse(String(entry?.['time']))))
})

test('values under the names of secrets never reach the log, at the top or nested', () => {
  const { log, lines } = capture()
  const secrets = { password: 'hunter2', apiKey: 'hunter2', clientSecret: 'hunter2' }
  log.info(secrets, 'top')
  log.info(
    { config: secrets, headers: { authorization: 'hunter2', cookie: 'hunter2', 'set-cookie': 'hunter2' } },
    'nested',
  )
  log.info({ request: { headers: { authorization: 'Bearer hunter2' } } }, 'deep')
  log.child({ token: 'hunter2' }).info('child')
  log.info({ databaseUrl: 'postgres://u:hunter2@db/x' }, 'url')
  assert.doesNotMatch(lines.join(''), /hunter2/)
  assert.match(lines.join(''), /\[redacted\]/)
})

test('an error keeps its message, stack and cause', () => {
  const { log, entries } = capture()
  log.error({ err: new Error('outer', { cause: new Error('inner') }) }, 'failed')
  const { message, stack } = entries()[0]!['err'] as { message: string; stack: string }
  assert.match(message, /outer.*inner/)
  assert.match(stack, /log\.test\.ts/)
})

test('entries below the level are not written', () => {
  const { log, lines } = capture('warn')
  log.info('quiet')
  log.warn('loud')
  assert.equal(lines.length, 1)
})
