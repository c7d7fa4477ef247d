import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { AV_LOG_ERROR } from 'node-av/constants'
import { type Frame, Log } from 'node-av/lib'
import { writeCodedSource } from '../../../../test/fixtures/frame-code.ts'
import { createLibraryEngine } from '../../../platform/ffmpeg/engine.ts'
import { cutFile } from '../cutter/cut-file.ts'
import { openPictureDecoder } from '../cutter/picture-decoder.ts'
import { openSource, readPacket } from '../cutter/source.ts'
import type { Reframe } from './reframe.ts'
import { readShape } from './read-shape.ts'

const tools = { progress: async () => undefined }
const side = 60

/** Middle and size of what has the colour of skin in a picture; the recording has one square of it. */
function findSquare(frame: Frame): { x: number; y: number; pixels: number } {
  const [, , second] = frame.data!
  const stride = frame.linesize[2]!
  let [pixels, x, y] = [0, 0, 0]
  for (let row = 0; row < frame.height >> 1; row++) {
    for (let column = 0; column < frame.width >> 1; column++) {
      if (second![row * stride + column]! < 140) continue
      pixels += 4
      x += column * 8
      y += row * 8
    }
  }
  return { pixels, x: pixels ? x / pixels : -1, y: pixels ? y / pixels : -1 }
}

function readClip(path: string) {
  const source = openSource(path)
  const decoder = openPictureDecoder(source)
  const seen: ReturnType<typeof findSquare>[] = []
  let size = ''
  const look = (frame: Frame) => {
    seen.push(findSquare(frame))
    size = `${frame.width}x${frame.height}`
  }
  for (let next = readPacket(source); next; next = readPacket(source)) {
    if (next.streamIndex === source.video.index) decoder.push(next.packet, look)
    next.packet.free()
  }
  decoder.push(null, look)
  decoder.close()
  source.format.closeInputSync()
  return { seen, size }
}

describe('clips in another shape', { concurrency: false }, () => {
  let dir = ''
  let out = ''
  const place = (name: string) => join(dir, name)

  /** A square with the colour of skin that moves over a still background, as `x` and `y` say. */
  async function record(name: string, size: string, x: string, y: string) {
    const filters = `color=c=0x304050:s=${size}:r=30:d=8,drawgrid=w=40:h=40:c=0x8090a0[back];color=c=0xd09070:s=${side}x${side}:r=30:d=8[square];[back][square]overlay=x='${x}':y='${y}',format=yuv420p[out]`
    await createLibraryEngine().run({
      inputs: [],
      graphs: [{ media: 'video', sources: [], filters, sinks: ['out'] }],
      outputs: [
        {
          kind: 'file',
          path: place(name),
          muxer: 'mp4',
          streams: [
            {
              kind: 'encode',
              from: 'out',
              media: 'video',
              encoder: 'libx264',
              options: { preset: 'veryfast', crf: '16', g: '60' },
            },
          ],
        },
      ],
    })
  }
  before(async () => {
    Log.setLevel(AV_LOG_ERROR)
    dir = await mkdtemp(join(tmpdir(), 'reframe-'))
    out = place('clip.mp4')
    await record('walk.mp4', '640x360', '20+540*(0.5-0.5*cos(2*PI*t/8))', '150')
    await record('tall.mp4', '360x640', '150', '20+540*(0.5-0.5*cos(2*PI*t/8))')
    await record('jump.mp4', '640x360', 'if(lt(t,4),30,540)', '150')
  })
  after(() => rm(dir, { recursive: true, force: true }))

  const cut = async (name: string, reframe: Reframe, startMs = 0, endMs = 8_000) => {
    const receipt = await cutFile(
      { sourcePath: place(name), outPath: out, startMs, endMs, mode: 'exact', reframe },
      tools,
    )
    const clip = readClip(out)
    assert.equal(clip.seen.length, receipt.frames)
    assert.equal(receipt.frames, Math.round(((endMs - startMs) * 30) / 1000))
    assert.equal(receipt.mode, 'encode')
    assert.ok(receipt.seamCheck.passed && receipt.copiedMs === 0)
    assert.equal(clip.size, `${receipt.width}x${receipt.height}`)
    return { receipt, ...clip }
  }
  const whole = side * side * 0.9

  for (const [aspect, size] of [
    ['9:16', '202x360'],
    ['1:1', '360x360'],
  ] as const) {
    test(`a window of ${aspect} keeps a subject that walks through the picture`, async () => {
      const { seen, size: got, receipt } = await cut('walk.mp4', { aspect, method: 'follow' }, 0, 6_000)
      assert.equal(got, size)
      const inside = seen.filter(({ pixels }) => pixels >= whole).length
      assert.ok(inside >= seen.length * 0.97, `whole in ${inside} of ${seen.length}`)
      const path = receipt.reframe!.path!
      assert.ok(path.length > 2 && path.length < 60, `${path.length} points`)
      const steps = path
        .slice(1)
        .map((point, index) => Math.abs(point.at - path[index]!.at) / (point.atMs - path[index]!.atMs))
      assert.ok(Math.max(...steps) * 640 < 0.5, 'it glides: less than 500 pixels a second')
    })
  }

  test('a tall recording is followed up and down', async () => {
    const { seen, size } = await cut('tall.mp4', { aspect: '16:9', method: 'follow' }, 0, 5_000)
    assert.equal(size, '360x202')
    const inside = seen.filter(({ pixels }) => pixels >= whole).length
    assert.ok(inside >= seen.length * 0.97, `whole in ${inside} of ${seen.length}`)
  })

  test('the path of a receipt, changed by hand, is what the next cut shows', async () => {
    const first = await cut('jump.mp4', { aspect: '9:16', method: 'follow' }, 1_000, 7_000)
    const late = first.seen.slice(150)
    assert.ok(
      late.every(({ pixels }) => pixels >= whole),
      'after a jump the window is there soon',
    )
    const path = [
      { atMs: 0, at: 0.9 },
      { atMs: 3_000, at: 0.1, isJump: true },
    ]
    await writeFile(place('path.json'), JSON.stringify({ reframe: { path } }))
    const shape = await readShape({ aspect: '9:16', reframe: 'follow', cropPath: place('path.json') })
    assert.deepEqual(shape, { aspect: '9:16', method: 'follow', path })
    const { seen, receipt } = await cut('jump.mp4', shape!, 1_000, 7_000)
    assert.deepEqual(receipt.reframe!.path, path)
    assert.ok(
      seen.every(({ pixels }) => pixels === 0),
      'the window looks away on purpose',
    )
  })

  test('fixed: the middle, or where somebody put it', async () => {
    const { seen, size } = await cut('walk.mp4', { aspect: '1:1', method: 'crop' }, 0, 2_500)
    assert.equal(size, '360x360')
    // At the start the square is at the left edge of the picture, which a window in the middle does not show.
    assert.equal(seen[0]!.pixels, 0)
    assert.ok(Math.abs(seen[60]!.x - (20 + 270 + 30 - 140)) < 6, `${seen[60]!.x}`)
    const left = await cut('walk.mp4', { aspect: '1:1', method: 'crop', path: [{ atMs: 0, at: 0 }] }, 0, 500)
    assert.ok(Math.abs(left.seen[0]!.x - 50) < 6)
  })

  test('fitted: the whole picture, upright, with soft sides', async () => {
    for (const [aspect, size] of [
      ['9:16', '360x640'],
      ['1:1', '360x360'],
      ['4:5', '360x450'],
      ['16:9', '640x360'],
    ] as const) {
      const { seen, size: got } = await cut('walk.mp4', { aspect, method: 'fit' }, 1_500, 2_000)
      assert.equal(got, size)
      assert.ok(seen.every(({ pixels }) => pixels > 0))
    }
    writeCodedSource(place('turned.mp4'), { frames: 240, fps: { num: 30, den: 1 }, rotation: 90 })
    const { size } = await cut('turned.mp4', { aspect: '16:9', method: 'fit' }, 0, 500)
    // 192 × 108 turned is 108 × 192.
    assert.equal(size, '192x108')
  })
})
