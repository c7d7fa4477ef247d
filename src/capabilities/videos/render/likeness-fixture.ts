import { type Canvas, createCanvas } from '@napi-rs/canvas'
import { drawScene, themeFor } from '../scenes/draw-scene.ts'
import { type ThemeName, themeNames } from '../scenes/themes.ts'
import type { Scene } from '../storyboard/scene-schemas.ts'
import { createNodeKit, sceneText } from './node-kit.ts'
import { sampleScenes } from './sample-scenes.ts'

/** A picture made so small that only its look is left: 20 × 20 grey values and 4 × 4 colours, in base64. */
export type Likeness = { grey: string; colours: string }

export const goldenShapes = { tall: [270, 480], wide: [480, 270] } as const
export type GoldenShape = keyof typeof goldenShapes

/** Every picture that is compared: each scene kind in each theme in both shapes. */
export function goldenNames(): { name: string; scene: Scene; theme: ThemeName; shape: GoldenShape }[] {
  return (['tall', 'wide'] as const).flatMap((shape) =>
    themeNames.flatMap((theme) =>
      sampleScenes.map((scene) => ({
        name: `${scene.kind} ${scene.id} ${theme} ${shape}`,
        scene,
        theme,
        shape,
      })),
    ),
  )
}

/** Draws a scene at four fifths of its time and shrinks it. */
export function likenessOf(scene: Scene, theme: ThemeName, shape: GoldenShape): Likeness {
  const [width, height] = goldenShapes[shape]
  const { kit, canvas } = createNodeKit({
    width,
    height,
    theme: themeFor(theme),
    scene,
    language: 'en',
    text: sceneText(scene),
    pictures: meadow,
  })
  drawScene(
    kit,
    { scene, enter: 'push', leave: 'push' },
    { ms: 4_000, durationMs: 5_000, words: [], peaks: [0.2, 0.6, 0.4] },
  )
  const pixels = shrink(canvas, 20)
  const grey = Buffer.from(
    Array.from({ length: 400 }, (_, at) =>
      Math.round(pixels[at * 4]! * 0.299 + pixels[at * 4 + 1]! * 0.587 + pixels[at * 4 + 2]! * 0.114),
    ),
  )
  const few = shrink(canvas, 4)
  const colours = Buffer.from(Array.from({ length: 48 }, (_, at) => few[Math.floor(at / 3) * 4 + (at % 3)]!))
  return { grey: grey.toString('base64'), colours: colours.toString('base64') }
}

function shrink(canvas: Canvas, side: number): Uint8ClampedArray {
  let from = canvas
  // Halved step by step, so that every pixel counts.
  while (from.width > side * 2 && from.height > side * 2) {
    const half: Canvas = createCanvas(Math.ceil(from.width / 2), Math.ceil(from.height / 2))
    half.getContext('2d').drawImage(from, 0, 0, half.width, half.height)
    from = half
  }
  const small = createCanvas(side, side)
  const ctx = small.getContext('2d')
  ctx.drawImage(from, 0, 0, side, side)
  return ctx.getImageData(0, 0, side, side).data
}

function meadow() {
  const canvas: Canvas = createCanvas(320, 200)
  const ctx = canvas.getContext('2d')
  ctx.fillStyle = '#8fc7ee'
  ctx.fillRect(0, 0, 320, 110)
  ctx.fillStyle = '#5c8f35'
  ctx.fillRect(0, 110, 320, 90)
  return { source: canvas, width: 320, height: 200 }
}

/** How alike two pictures are in structure: SSIM over windows of 5 × 5, 1 for the same. */
export function structuralLikeness(a: Likeness, b: Likeness): number {
  const [x, y] = [Buffer.from(a.grey, 'base64'), Buffer.from(b.grey, 'base64')]
  let sum = 0
  for (let window = 0; window < 16; window++) {
    const at = Array.from(
      { length: 25 },
      (_, index) =>
        (Math.floor(window / 4) * 5 + Math.floor(index / 5)) * 20 + (window % 4) * 5 + (index % 5),
    )
    const mean = (values: Buffer) => at.reduce((total, place) => total + values[place]!, 0) / 25
    const [mx, my] = [mean(x), mean(y)]
    const spread = (p: Buffer, mp: number, q: Buffer, mq: number) =>
      at.reduce((total, place) => total + (p[place]! - mp) * (q[place]! - mq), 0) / 25
    const [c1, c2] = [6.5, 58.5]
    sum +=
      ((2 * mx * my + c1) * (2 * spread(x, mx, y, my) + c2)) /
      ((mx * mx + my * my + c1) * (spread(x, mx, x, mx) + spread(y, my, y, my) + c2))
  }
  return sum / 16
}

/** Mean difference of colours, 0 to 255. */
export function colourDistance(a: Likeness, b: Likeness): number {
  const [x, y] = [Buffer.from(a.colours, 'base64'), Buffer.from(b.colours, 'base64')]
  return x.reduce((sum, value, at) => sum + Math.abs(value - y[at]!), 0) / x.length
}
