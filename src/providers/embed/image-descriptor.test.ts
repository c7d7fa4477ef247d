import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Canvas, createCanvas } from '@napi-rs/canvas'
import { describeImage, hashDistance } from './image-descriptor.ts'

/** A picture of its own for each number: hills, a sun and houses in different places and colours. */
function picture(seed: number): Canvas {
  const canvas = createCanvas(480, 320)
  const context = canvas.getContext('2d')
  const pick = (index: number) => {
    const value = Math.sin(seed * 127.1 + index * 311.7) * 43_758.5453
    return value - Math.floor(value)
  }
  const colour = (index: number) =>
    `hsl(${pick(index) * 360} ${40 + pick(index + 1) * 50}% ${25 + pick(index + 2) * 50}%)`
  context.fillStyle = colour(1)
  context.fillRect(0, 0, 480, 320)
  for (let index = 0; index < 9; index++) {
    context.fillStyle = colour(10 + index * 3)
    const [x, y, size] = [pick(40 + index) * 480, pick(60 + index) * 320, 30 + pick(80 + index) * 110]
    context.beginPath()
    if (pick(100 + index) > 0.5) context.rect(x - size / 2, y - size / 2, size, size * 0.7)
    else context.ellipse(x, y, size / 2, size / 3, pick(120 + index) * 3, 0, Math.PI * 2)
    context.fill()
  }
  return canvas
}

function altered(
  source: Canvas,
  draw: (context: ReturnType<Canvas['getContext']>) => void,
  width = 480,
  height = 320,
): Buffer {
  const canvas = createCanvas(width, height)
  const context = canvas.getContext('2d')
  draw(context)
  return canvas.toBuffer('image/jpeg', 60)
}

describe('what a picture looks like', () => {
  const pictures = Array.from({ length: 20 }, (_, seed) => picture(seed + 1))
  const alterations: Record<string, (source: Canvas) => Buffer> = {
    smaller: (source) => altered(source, (context) => context.drawImage(source, 0, 0, 240, 160), 240, 160),
    cropped: (source) =>
      altered(source, (context) => context.drawImage(source, 72, 48, 336, 224, 0, 0, 480, 320)),
    mirrored: (source) =>
      altered(source, (context) => {
        context.scale(-1, 1)
        context.drawImage(source, -480, 0)
      }),
    brighter: (source) =>
      altered(source, (context) => {
        context.filter = 'brightness(1.25)'
        context.drawImage(source, 0, 0)
      }),
    turned: (source) =>
      altered(source, (context) => {
        context.translate(240, 160)
        context.rotate(0.12)
        context.scale(1.2, 1.2)
        context.drawImage(source, -240, -160)
      }),
  }

  test('finds a picture by an altered copy of it', async () => {
    const originals = await Promise.all(
      pictures.map(async (source) => describeImage(source.toBuffer('image/png'))),
    )
    let found = 0
    for (const [name, alter] of Object.entries(alterations)) {
      let here = 0
      for (const [index, source] of pictures.entries()) {
        const { vector } = await describeImage(alter(source))
        const scores = originals.map((original) =>
          original.vector.reduce((sum, value, at) => sum + value * vector[at]!, 0),
        )
        if (scores.indexOf(Math.max(...scores)) === index) here++
      }
      found += here
      assert.ok(here >= 16, `${name}: ${here} of 20`)
    }
    assert.ok(found >= 92, `${found} of 100`)
  })

  test('the hash of the same picture in another size or file is near, of another one far', async () => {
    const hashes = await Promise.all(
      pictures.map(async (source) => (await describeImage(source.toBuffer('image/png'))).hash),
    )
    for (const [index, source] of pictures.entries()) {
      const { hash } = await describeImage(alterations['smaller']!(source))
      assert.ok(hashDistance(hash, hashes[index]!) <= 6, `picture ${index}`)
    }
    const distances = hashes.flatMap((hash, index) =>
      hashes.slice(0, index).map((other) => hashDistance(hash, other)),
    )
    assert.ok(Math.min(...distances) > 8, `${Math.min(...distances)}`)
  })

  test('says the size, and refuses what is no picture', async () => {
    const { widthPx, heightPx, hash, vector } = await describeImage(pictures[0]!.toBuffer('image/webp', 80))
    assert.deepEqual([widthPx, heightPx, hash.length, vector.length], [480, 320, 16, 192])
    assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-5)
    for (const bytes of [
      Buffer.alloc(0),
      Buffer.from('no picture'),
      pictures[0]!.toBuffer('image/png').subarray(0, 60),
    ])
      await assert.rejects(describeImage(bytes), { code: 'embed.badImage' })
  })
})
