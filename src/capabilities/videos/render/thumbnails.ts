import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createCanvas } from '@napi-rs/canvas'
import { drawBackground } from '../scenes/background.ts'
import { readable } from '../scenes/colour.ts'
import { drawScene, themeFor } from '../scenes/draw-scene.ts'
import { markLongest } from '../scenes/kinds/title.ts'
import { around, type Kit, type Moment } from '../scenes/kit.ts'
import { fillBox, outline, tracePoints } from '../scenes/shapes.ts'
import { drawText, setText } from '../scenes/text.ts'
import type { Scene } from '../storyboard/scene-schemas.ts'
import type { Storyboard } from '../storyboard/storyboard.ts'
import { createNodeKit, sceneText } from './node-kit.ts'

/** Scenes that make a good picture, the best first. */
const worth: Scene['kind'][] = [
  'image',
  'number',
  'chart',
  'compare',
  'flow',
  'countdown',
  'timeline',
  'equation',
  'code',
  'split',
  'bullets',
  'quote',
]

const still: Moment = { ms: 4_200, durationMs: 6_000, words: [], peaks: [] }

/** Draws three thumbnails with the title: a poster, the best scene under a band, and one on the accent colour. */
export async function drawThumbnails(input: {
  storyboard: Storyboard
  width: number
  height: number
  outDir: string
}): Promise<string[]> {
  const paths: string[] = []
  for (const [index, layout] of [poster, sceneWithBand, loud].entries()) {
    const best = bestScene(input.storyboard)
    const { storyboard, width, height } = input
    const canvas = createCanvas(width, height)
    const { kit } = createNodeKit({
      width,
      height,
      theme: themeFor(storyboard.theme, storyboard.brand),
      scene: best,
      language: storyboard.language,
      text: `${storyboard.title} ${storyboard.title.toUpperCase()} ${sceneText(best)}`,
      canvas,
    })
    layout(kit, storyboard.title, best)
    const path = join(input.outDir, `thumbnail-${index + 1}.jpg`)
    await writeFile(path, canvas.toBuffer('image/jpeg', 88))
    paths.push(path)
  }
  return paths
}

function bestScene(storyboard: Storyboard): Scene {
  const shown = storyboard.scenes.filter(
    (scene) => scene.kind !== 'image' || storyboard.media.some(({ path }) => path),
  )
  for (const kind of worth) {
    const found = shown.find((scene) => scene.kind === kind)
    if (found) return found
  }
  return storyboard.scenes[0]!
}

function poster(kit: Kit, title: string): void {
  const { ctx, theme, width, height, unit } = kit
  drawBackground(kit, still)
  around(kit, { x: width * 0.82, y: height * 0.2, turn: 0.3 }, () => {
    ctx.fillStyle = theme.accent2
    ctx.beginPath()
    tracePoints(ctx, outline('star', 230 * unit), 0, 0)
    ctx.fill()
  })
  const area = { x: width * 0.07, y: height * 0.2, width: width * 0.86, height: height * 0.66 }
  const setting = {
    role: 'display',
    weight: theme.displayWeight,
    size: 240,
    minSize: 70,
    vertical: 'bottom',
  } as const
  drawText(kit, setText(kit, markLongest(title), area, setting), setting, theme.ink, theme.accent)
}

function sceneWithBand(kit: Kit, title: string, best: Scene): void {
  const { ctx, theme, width, height } = kit
  drawScene(kit, { scene: best, enter: 'cut', leave: 'cut' }, still)
  const band = { x: 0, y: height * 0.7, width, height: height * 0.3 }
  ctx.fillStyle = theme.accent
  ctx.fillRect(band.x, band.y, band.width, band.height)
  const ink = readable(theme.accent, '#ffffff', '#14121c')
  const setting = { role: 'display', weight: theme.displayWeight, size: 150, minSize: 50 } as const
  const area = {
    x: width * 0.06,
    y: band.y + band.height * 0.1,
    width: width * 0.88,
    height: band.height * 0.8,
  }
  drawText(kit, setText(kit, title, area, setting), setting, ink)
}

function loud(kit: Kit, title: string): void {
  const { ctx, theme, width, height, unit } = kit
  ctx.fillStyle = theme.accent
  ctx.fillRect(0, 0, width, height)
  const ink = readable(theme.accent, '#ffffff', '#14121c')
  ctx.fillStyle = theme.accent2
  ctx.beginPath()
  tracePoints(ctx, outline('hexagon', Math.min(width, height) * 0.62), width * 0.9, height * 0.95)
  ctx.fill()
  const pad = 60 * unit
  ctx.strokeStyle = ink
  ctx.lineWidth = 14 * unit
  ctx.strokeRect(pad, pad, width - pad * 2, height - pad * 2)
  const area = { x: width * 0.12, y: height * 0.12, width: width * 0.76, height: height * 0.7 }
  const setting = {
    role: 'display',
    weight: theme.displayWeight,
    size: 230,
    minSize: 70,
    vertical: 'top',
  } as const
  const block = setText(kit, title, area, setting)
  drawText(kit, block, setting, ink)
  ctx.fillStyle = ink
  fillBox(
    ctx,
    { x: area.x, y: block.box.y + block.box.height + 40 * unit, width: 220 * unit, height: 20 * unit },
    0,
  )
}
