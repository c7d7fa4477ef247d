import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Problem, problemFrom } from './problem.ts'
import { waitBeforeRetryMs } from './query-client.ts'

test('a problem document keeps message, help, code, request id and its further members', async () => {
  const body = {
    code: 'http.stale',
    message: 'Changed.',
    help: 'Look again.',
    retryable: false,
    requestId: 'req_1',
    current: 4,
  }
  const problem = await problemFrom(Response.json(body, { status: 412 }))
  assert.deepEqual(
    [
      problem.status,
      problem.code,
      problem.message,
      problem.help,
      problem.requestId,
      problem.members['current'],
    ],
    [412, 'http.stale', 'Changed.', 'Look again.', 'req_1', 4],
  )
})

test('an answer that is not a problem document still becomes a problem with its status', async () => {
  const problem = await problemFrom(new Response('<html>Bad gateway</html>', { status: 502 }))
  assert.deepEqual([problem.status, problem.code], [502, 'http.502'])
  assert.match(problem.message, /502/)
})

test('the wait before a retry is what the server asks for, else it doubles up to a limit', () => {
  assert.equal(waitBeforeRetryMs(0, new Problem(429, { retryAfterS: 17 })), 17_000)
  assert.equal(waitBeforeRetryMs(1, new Problem(503, {})), 2000)
  assert.equal(waitBeforeRetryMs(30, new Problem(503, {})), 15_000)
})
