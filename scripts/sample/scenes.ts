import { GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas'
import { fileURLToPath } from 'node:url'
import type { Part } from './story.ts'

export const frameSize = { width: 1280, height: 720 }

const ink = '#1d1a16'
const honey = '#f2a516'
const cream = '#fbf4e4'
const leaf = '#9cc59a'

const papers: Record<Part['scene'], { paper: string; text: string }> = {
  swarm: { paper: '#d9ebf3', text: ink },
  dance: { paper: '#2a2019', text: cream },
  quorum: { paper: cream, text: ink },
  rules: { paper: '#22402f', text: cream },
}

/** Registers the one typeface of the scenes. Call it once before drawing. */
export function loadSceneFont(): void {
  const file = '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2'
  GlobalFonts.registerFromPath(fileURLToPath(import.meta.resolve(file)), 'Inter')
}

/** Draws one frame of a part. `t` runs from 0 to 1 over the part, `seconds` is the time since it began. */
export function drawScene(context: SKRSContext2D, part: Part, t: number, seconds: number): void {
  const { paper, text } = papers[part.scene]
  context.fillStyle = paper
  context.fillRect(0, 0, frameSize.width, frameSize.height)
  const enter = easeOut(Math.min(1, seconds / 0.6))
  scenes[part.scene](context, t, seconds)
  context.globalAlpha = enter
  context.fillStyle = text
  context.font = '700 60px Inter'
  context.fillText(part.heading, 80, 128 - (1 - enter) * 16)
  context.fillStyle = honey
  context.fillRect(80, 156, 200 * enter, 6)
  context.globalAlpha = 1
}

const scenes: Record<Part['scene'], (context: SKRSContext2D, t: number, seconds: number) => void> = {
  swarm(context, _t, seconds) {
    context.strokeStyle = '#6b4e33'
    context.lineWidth = 26
    context.lineCap = 'round'
    context.beginPath()
    context.moveTo(430, 250)
    context.bezierCurveTo(700, 210, 960, 290, 1290, 220)
    context.stroke()
    for (let index = 0; index < 150; index++) {
      const turn = scatter(index) * Math.PI * 2 + seconds * (0.25 + scatter(index + 7) * 0.6)
      const reach = Math.sqrt(scatter(index + 31))
      const x = 860 + Math.cos(turn) * reach * 150
      const y = 425 + Math.sin(turn) * reach * 170 - reach * 12
      drawBee(context, x, y, turn + Math.PI / 2, 0.55)
    }
  },
  dance(context, _t, seconds) {
    const loop = (seconds / 4) % 1
    context.strokeStyle = '#7d6a45'
    context.lineWidth = 5
    context.setLineDash([4, 14])
    context.beginPath()
    for (let step = 0; step <= 120; step++) {
      const point = figureEight(step / 120)
      if (step === 0) context.moveTo(point.x, point.y)
      else context.lineTo(point.x, point.y)
    }
    context.stroke()
    context.setLineDash([])
    const here = figureEight(loop)
    const next = figureEight((loop + 0.004) % 1)
    const isRunning = loop < 0.25 || (loop >= 0.5 && loop < 0.75)
    const shake = isRunning ? Math.sin(seconds * 42) * 7 : 0
    drawBee(context, here.x + shake, here.y, Math.atan2(next.y - here.y, next.x - here.x), 2.6)
    context.fillStyle = leaf
    context.font = '600 30px Inter'
    context.fillText('angle = direction', 80, 330)
    context.fillText('length = distance', 80, 380)
  },
  quorum(context, t) {
    drawHole(context, 470, 470, 96)
    drawHole(context, 900, 450, 128)
    const best = Math.min(20, Math.floor(t * 26))
    const other = Math.max(0, Math.round(7 * Math.sin(Math.min(1, t * 1.3) * Math.PI)))
    ring(context, 470, 470, 128, other)
    ring(context, 900, 450, 168, best)
    context.textAlign = 'center'
    context.font = '700 64px Inter'
    context.fillStyle = cream
    context.fillText(String(other), 470, 493)
    context.fillStyle = best === 20 ? honey : cream
    context.fillText(String(best), 900, 473)
    context.textAlign = 'left'
  },
  rules(context, t) {
    const rules = ['Send out many scouts', 'Let good news last longer', 'Decide when enough have looked']
    rules.forEach((rule, index) => {
      const shown = easeOut(Math.max(0, Math.min(1, (t - index * 0.3) / 0.08)))
      const y = 300 + index * 120
      context.globalAlpha = shown
      context.fillStyle = honey
      context.beginPath()
      context.arc(118, y - 14, 36, 0, Math.PI * 2)
      context.fill()
      context.fillStyle = ink
      context.font = '700 36px Inter'
      context.fillText(String(index + 1), 107, y - 1)
      context.fillStyle = cream
      context.font = '600 46px Inter'
      context.fillText(rule, 186 + (1 - shown) * 30, y + 2)
    })
    context.globalAlpha = 1
    drawBee(context, 1090, 430 + Math.sin(t * 40) * 12, -0.3, 4)
  },
}

function drawBee(context: SKRSContext2D, x: number, y: number, angle: number, scale: number): void {
  context.save()
  context.translate(x, y)
  context.rotate(angle)
  context.scale(scale, scale)
  context.fillStyle = 'rgba(165, 195, 215, 0.7)'
  ellipse(context, -2, -13, 9, 14)
  ellipse(context, -2, 13, 9, 14)
  context.fillStyle = honey
  ellipse(context, 0, 0, 20, 11)
  context.fillStyle = '#1d1a16'
  context.fillRect(-9, -9.5, 5, 19)
  context.fillRect(2, -10.5, 5, 21)
  ellipse(context, 19, 0, 7, 7)
  context.restore()
}

function drawHole(context: SKRSContext2D, x: number, y: number, radius: number): void {
  context.fillStyle = '#8a6a48'
  ellipse(context, x, y, radius * 1.18, radius * 1.18)
  context.fillStyle = '#2b211a'
  ellipse(context, x, y, radius, radius)
}

function ring(context: SKRSContext2D, x: number, y: number, radius: number, count: number): void {
  for (let index = 0; index < count; index++) {
    const turn = (index / 20) * Math.PI * 2 - Math.PI / 2
    drawBee(context, x + Math.cos(turn) * radius, y + Math.sin(turn) * radius, turn + Math.PI, 0.95)
  }
}

/** The waggle dance: a straight run, a half circle back, the run again, the other half circle. */
function figureEight(t: number): { x: number; y: number } {
  const leg = Math.floor(t * 4) % 4
  const s = t * 4 - Math.floor(t * 4)
  const run = { x: 800, y: 580 - s * 260 }
  if (leg === 0 || leg === 2) return run
  const side = leg === 1 ? 1 : -1
  return { x: 800 + side * Math.sin(s * Math.PI) * 190, y: 450 - Math.cos(s * Math.PI) * 130 }
}

function ellipse(context: SKRSContext2D, x: number, y: number, rx: number, ry: number): void {
  context.beginPath()
  context.ellipse(x, y, rx, ry, 0, 0, Math.PI * 2)
  context.fill()
}

/** A fixed pseudo-random number in [0, 1) for an index, so that each run draws the same frames. */
function scatter(index: number): number {
  const value = Math.sin(index * 127.1 + 11.7) * 43_758.5453
  return value - Math.floor(value)
}

function easeOut(t: number): number {
  return 1 - (1 - t) ** 3
}
