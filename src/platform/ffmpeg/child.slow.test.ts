import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type MediaProgress, runMediaChild } from './child.ts'
import { ffmpegErrors } from './errors.ts'

const entry = new URL('./child-fixture.ts', import.meta.url)

describe('a media child', () => {
  test('answers with its result, its CPU time and its memory, niced and without our environment', async () => {
    const { result, cpuMs, peakRssBytes } = await runMediaChild<
      string,
      { nice: number; environment: string[] }
    >({
      entry,
      job: 'answer',
      nice: 12,
    })
    assert.equal(result.nice, 12)
    assert.deepEqual(
      result.environment.filter((name) => !name.startsWith('NODE_CHANNEL')),
      [],
    )
    assert.ok(cpuMs > 0 && cpuMs < 60_000, `${cpuMs} ms`)
    assert.ok(peakRssBytes > 10_000_000 && peakRssBytes < 1_000_000_000, `${peakRssBytes} bytes`)
  })

  test('reports progress, not more often than a person can see', async () => {
    const seen: MediaProgress[] = []
    await runMediaChild({ entry, job: 'progress', onProgress: (progress) => seen.push(progress) })
    assert.deepEqual(seen, [{ percent: 10, outTimeMs: 100 }])
  })

  test('asks its parent for what it must not reach for itself, and hears why not', async () => {
    const { result } = await runMediaChild<string, { environment: string[] }>({
      entry,
      job: 'ask',
      async onAsk(question) {
        if (question === 'bad') throw ffmpegErrors.unreadable('Not that.')
        return `${String(question)}!`
      },
    })
    assert.deepEqual(result.environment, ['one!', 'two!', 'ffmpeg.unreadable'])
  })

  test('fails with the row that the child threw', async () => {
    await assert.rejects(runMediaChild({ entry, job: 'fail' }), {
      code: 'ffmpeg.unreadable',
      message: 'Not a recording.',
      detail: { line: 7 },
    })
  })

  test('fails as ffmpeg.failed when the child threw something else', async () => {
    await assert.rejects(runMediaChild({ entry, job: 'throw' }), {
      code: 'ffmpeg.failed',
      message: 'broken inside',
    })
  })

  test('that dies fails with the end of its standard error', async () => {
    await assert.rejects(runMediaChild({ entry, job: 'crash' }), (error: Error & Record<string, any>) => {
      assert.equal(error['code'], 'ffmpeg.crashed')
      assert.match(error['detail'].stderr, /last words of the library/)
      return true
    })
  })

  for (const job of ['hang', 'block']) {
    test(`that makes no progress (${job}) is killed`, async () => {
      await assert.rejects(runMediaChild({ entry, job, stallMs: 700 }), { code: 'ffmpeg.stalled' })
    })
  }

  test('is killed when the caller gives up, even while a call blocks it', async () => {
    const giveUp = new AbortController()
    const running = runMediaChild({ entry, job: 'block', signal: giveUp.signal })
    setImmediate(() => giveUp.abort(new Error('cancelled by a person')))
    await assert.rejects(running, { message: 'cancelled by a person' })
  })

  test('is not started for a caller who has given up already', async () => {
    await assert.rejects(
      runMediaChild({ entry, job: 'answer', signal: AbortSignal.abort('no') }),
      (reason) => reason === 'no',
    )
  })
})
