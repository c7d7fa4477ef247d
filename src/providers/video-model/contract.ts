import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { FootageOrder, VideoModel } from './port.ts'

export type VideoModelSubject = {
  model: VideoModel
  /** Moves an order on at the vendor. */
  finish(remoteId: string, footage: Buffer): Promise<void>
  refuse(remoteId: string): Promise<void>
  /** How many orders the vendor has. */
  orders(): number
  close(): Promise<void>
}

export function anOrder(model: VideoModel, more: Partial<FootageOrder> = {}): FootageOrder {
  const { durationsMs, sizes } = model.can
  return {
    prompt: 'Bees over a meadow, slowly',
    durationMs: durationsMs[0]!,
    shape: '16:9',
    size: sizes[0]!,
    orderKey: 'order-1',
    ...more,
  }
}

/** What every video model must do. */
export function videoModelContract(vendor: string, open: () => Promise<VideoModelSubject>): void {
  describe(`${vendor} footage`, () => {
    let subject: VideoModelSubject
    let dir: string
    before(async () => {
      subject = await open()
      dir = await mkdtemp(join(tmpdir(), 'footage-contract-'))
    })
    after(async () => {
      await subject?.close()
      await rm(dir, { recursive: true, force: true })
    })

    test('is ordered, waited for and fetched whole', async () => {
      const { model } = subject
      const { remoteId } = await model.order(anOrder(model, { orderKey: 'whole' }))
      assert.ok(['waiting', 'running'].includes((await model.check(remoteId)).kind))
      const footage = Buffer.alloc(300_000, 'footage')
      await subject.finish(remoteId, footage)
      assert.equal((await model.check(remoteId)).kind, 'done')
      const path = join(dir, 'footage.mp4')
      for (let time = 0; time < 2; time++) {
        await model.fetch(remoteId, path)
        assert.ok((await readFile(path)).equals(footage))
      }
    })

    test('a refusal is told as one, with the words of the vendor', async () => {
      const { model } = subject
      const { remoteId } = await model.order(anOrder(model, { orderKey: 'refusal' }))
      await subject.refuse(remoteId)
      const state = await model.check(remoteId)
      assert.deepEqual([state.kind, 'code' in state && state.code], ['failed', 'refused'])
      assert.match('because' in state ? state.because : '', /made to fail/)
    })

    test('what the model does not make is refused before it is ordered', async () => {
      const { model } = subject
      const before = subject.orders()
      for (const wrong of [
        { durationMs: 61_000 },
        { size: '4k' as never },
        { shape: '3:1' as never },
        { prompt: ' ' },
        { prompt: 'a'.repeat(5_001) },
      ])
        await assert.rejects(model.order(anOrder(model, wrong)), { code: 'videoModel.cannot' })
      assert.equal(subject.orders(), before)
    })

    test('a picture to begin with is sent along', async () => {
      const { model } = subject
      const startImage = { bytes: Buffer.from('picture'), contentType: 'image/png' as const }
      const { remoteId } = await model.order(anOrder(model, { startImage, orderKey: 'picture' }))
      await model.cancel(remoteId)
    })

    test('an order that is unknown has expired, and stopping it is no failure', async () => {
      await assert.rejects(subject.model.fetch('job-nobody-has', join(dir, 'none.mp4')), {
        code: 'videoModel.expired',
      })
      await assert.rejects(stat(join(dir, 'none.mp4')))
      await subject.model.cancel('job-nobody-has')
    })

    test('an aborted call rejects with the reason of its signal', async () => {
      const reason = new Error('enough')
      await assert.rejects(subject.model.check('job-1', AbortSignal.abort(reason)), reason)
    })
  })
}
