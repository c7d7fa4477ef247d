import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { type LlmServer, startLlmServer } from '../../../test/servers/llm-server.ts'
import type { Llm, LlmRequest, LlmResult } from './port.ts'
import { type TestClock, testClock } from './test-clock.ts'

const request: LlmRequest = {
  model: 'model-1',
  system: 'Be brief.',
  messages: [{ role: 'user', text: 'What do bees do?' }],
  maxOutputTokens: 200,
}

/** What every vendor of text keeps, over HTTP, against a server that speaks its protocol and can go wrong. */
export function llmContract(vendor: string, open: (server: LlmServer, clock: TestClock) => Llm): void {
  describe(`${vendor} keeps the contract of text models`, () => {
    let server: LlmServer
    let clock: TestClock
    let llm: Llm
    before(async () => {
      server = await startLlmServer()
    })
    after(() => server.close())
    beforeEach(() => {
      clock = testClock()
      llm = open(server, clock)
      server.calls.length = 0
      server.faults.length = 0
      server.always = undefined
      server.say.ending = 'stop'
    })

    test('answers with text, tokens and why it ended', async () => {
      const made = await llm.generate(request)
      assert.equal(made.text, 'Bees dance in the hive.')
      assert.equal(made.finish, 'stop')
      const { inputTokens, outputTokens, cacheReadTokens, isEstimated } = made.usage
      assert.deepEqual([inputTokens, outputTokens, cacheReadTokens, isEstimated], [100, 30, 20, false])
      assert.match(JSON.stringify(server.calls[0]?.body), /What do bees do\?/)
    })

    test('streams the same in pieces', async () => {
      const { pieces, result } = await readAll(llm.stream(request))
      assert.deepEqual(pieces, server.say.pieces)
      assert.equal(result.text, 'Bees dance in the hive.')
      const { inputTokens, outputTokens, cacheReadTokens } = result.usage
      assert.deepEqual([inputTokens, outputTokens, cacheReadTokens], [100, 30, 20])
    })

    test('says when the text was cut at its limit', async () => {
      server.say.ending = 'length'
      assert.equal((await llm.generate(request)).finish, 'length')
      assert.equal((await readAll(llm.stream(request))).result.finish, 'length')
    })

    test('gives a refusal for reasons of policy as a failure of its own, not to be repeated', async () => {
      server.say.ending = 'refusal'
      for (const call of [() => llm.generate(request), () => readAll(llm.stream(request))]) {
        await assert.rejects(call, (error) => {
          const { code, row } = error as { code: string; row: { retry: string } }
          assert.deepEqual([code, row.retry], ['llm.refused', 'never'])
          return true
        })
      }
    })

    test('sends a schema along', async () => {
      const json = { type: 'object', properties: { title: { type: 'string' } }, required: ['title'] }
      server.say.pieces = ['{"title":', '"Bees"}']
      // Some vendors answer through a tool, which this server does not do; what was asked for is what matters.
      await llm.generate({ ...request, schema: { name: 'idea', json } }).catch(() => undefined)
      server.say.pieces = ['Bees ', 'dance ', 'in the ', 'hive.']
      assert.match(JSON.stringify(server.calls[0]?.body), /title/)
    })

    const failures: Array<[string, () => void, string]> = [
      ['429', () => refuseWith(429, { 'retry-after': '7' }), 'llm.busy'],
      ['500', () => refuseWith(500), 'llm.down'],
      ['503', () => refuseWith(503), 'llm.busy'],
      ['401', () => refuseWith(401), 'llm.authFailed'],
      ['404', () => refuseWith(404), 'llm.unknownModel'],
      ['400', () => refuseWith(400), 'llm.invalid'],
      [
        'a text that is too long',
        () => refuseWith(400, {}, 'prompt is too long: 250000 tokens'),
        'llm.tooLong',
      ],
      [
        'malformed JSON',
        () => server.faults.push({ kind: 'malformed' }, { kind: 'malformed' }),
        'llm.malformed',
      ],
      [
        'a page instead of JSON',
        () => server.faults.push({ kind: 'wrongType' }, { kind: 'wrongType' }),
        'llm.malformed',
      ],
      ['a cut connection', () => server.faults.push({ kind: 'reset' }, { kind: 'reset' }), 'llm.down'],
    ]
    function refuseWith(status: number, headers: Record<string, string> = {}, message = `said ${status}`) {
      const body = { type: 'error', error: { type: 'api_error', message }, message }
      const fault = { kind: 'status' as const, status, headers, body }
      server.faults.push(fault, fault)
    }
    for (const [what, arrange, code] of failures) {
      test(`turns ${what} into ${code}, once per call`, async () => {
        arrange()
        await assert.rejects(llm.generate(request), { code })
        await assert.rejects(readAll(llm.stream(request)), (error) => {
          const own = (error as { code: string }).code
          // A stream of broken JSON may also look as if it broke off.
          assert.ok(
            own === code || (what === 'malformed JSON' && own === 'llm.truncated'),
            `${own}, not ${code}`,
          )
          return true
        })
        assert.equal(server.calls.length, 2)
      })
    }

    test('passes on for how long a busy vendor wants to be left alone', async () => {
      refuseWith(429, { 'retry-after': '7' })
      await assert.rejects(llm.generate(request), (error) => {
        assert.equal((error as { detail: Record<string, unknown> }).detail['retryAfterMs'], 7_000)
        return true
      })
    })

    test('notices a stream that breaks off, and counts what came', async () => {
      server.faults.push({ kind: 'truncated' })
      await assert.rejects(readAll(llm.stream(request)), (error) => {
        const { code, detail } = error as { code: string; detail: { usage?: { outputTokens: number } } }
        assert.equal(code, 'llm.truncated')
        assert.ok((detail.usage?.outputTokens ?? 0) > 0)
        return true
      })
    })

    test('gives up on a stream that falls silent', async () => {
      server.faults.push({ kind: 'silent' })
      const silent = server.silent()
      const reading = assert.rejects(readAll(llm.stream({ ...request, idleMs: 5_000 })), {
        code: 'llm.timedOut',
      })
      await silent
      // The pieces before the silence may still be on their way, and each starts the wait anew.
      await passUntil(clock, 5_000, reading)
    })

    test('gives up on an answer that does not come in time', async () => {
      server.faults.push({ kind: 'hang' })
      const silent = server.silent()
      const call = assert.rejects(llm.generate({ ...request, timeoutMs: 9_000 }), { code: 'llm.timedOut' })
      await silent
      clock.pass(9_000)
      await call
    })

    test('ends at once when the caller cancels', async () => {
      server.faults.push({ kind: 'hang' })
      const stop = new AbortController()
      const silent = server.silent()
      const call = assert.rejects(llm.generate({ ...request, signal: stop.signal }), {
        code: 'llm.cancelled',
      })
      await silent
      stop.abort()
      await call
      assert.deepEqual(clock.waiting(), [])
    })

    test('can be left in the middle of a stream', async () => {
      for await (const piece of llm.stream(request)) {
        assert.equal(piece, 'Bees ')
        break
      }
      assert.deepEqual(clock.waiting(), [])
    })

    test('says whether it is there', async () => {
      await llm.check()
      server.always = { kind: 'status', status: 500 }
      await assert.rejects(llm.check(), { code: 'llm.down' })
    })
  })
}

export async function readAll(stream: AsyncGenerator<string, LlmResult>) {
  const pieces: string[] = []
  for (;;) {
    const { done, value } = await stream.next()
    if (done) return { pieces, result: value }
    pieces.push(value)
  }
}

async function passUntil(clock: TestClock, ms: number, work: Promise<unknown>): Promise<void> {
  const state = { isOver: false }
  const watched = work.finally(() => (state.isOver = true))
  while (!state.isOver) {
    clock.pass(ms)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await watched
}
