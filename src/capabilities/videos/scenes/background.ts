import { withOpacity, mixColours } from './colour.ts'
import { scatter } from './easing.ts'
import type { Ctx, Kit, Moment } from './kit.ts'
import type { Theme } from './themes.ts'

/**
 * Paints the ground. Its motion is the same at the first and the last frame of every scene, so that scenes that are
 * drawn apart stand beside each other without a jump.
 */
export function drawBackground(kit: Kit, at: Moment): void {
  const { ctx, width, height, theme } = kit
  const still = kit.memo('ground', () => {
    const canvas = kit.makeCanvas(width, height)
    paintStill(canvas.getContext('2d'), theme, width, height, kit.unit)
    return canvas
  })
  ctx.drawImage(still, 0, 0)
  const rounds = Math.max(1, Math.round(at.durationMs / 9_000))
  const turn = (at.ms / Math.max(1, at.durationMs)) * Math.PI * 2 * rounds
  patterns[theme.pattern](kit, turn)
}

function paintStill(ctx: Ctx, theme: Theme, width: number, height: number, unit: number): void {
  const ground = ctx.createLinearGradient(0, 0, width * 0.35, height)
  ground.addColorStop(0, theme.ground[0])
  ground.addColorStop(1, theme.ground[1])
  ctx.fillStyle = ground
  ctx.fillRect(0, 0, width, height)
  stills[theme.pattern]?.(ctx, theme, width, height, unit)
}

const stills: Partial<
  Record<Theme['pattern'], (ctx: Ctx, theme: Theme, width: number, height: number, unit: number) => void>
> = {
  glow(ctx, theme, width, height, unit) {
    softSpot(ctx, width * 0.1, height * 0.05, 900 * unit, theme.accent2, 0.3)
    softSpot(ctx, width, height * 0.9, 1000 * unit, theme.accent3, 0.2)
    ctx.fillStyle = withOpacity(theme.ink, 0.5)
    for (let index = 0; index < 70; index++) {
      ctx.globalAlpha = 0.15 + scatter(index + 3) * 0.5
      const size = (1 + scatter(index + 9) * 2.2) * unit
      ctx.beginPath()
      ctx.arc(scatter(index) * width, scatter(index + 500) * height, size, 0, Math.PI * 2)
      ctx.fill()
    }
    ctx.globalAlpha = 1
  },
  paper(ctx, theme, width, height, unit) {
    ctx.strokeStyle = withOpacity(theme.accent2, 0.09)
    ctx.lineWidth = 2 * unit
    for (let y = 60 * unit; y < height; y += 60 * unit) {
      ctx.beginPath()
      ctx.moveTo(0, y)
      ctx.lineTo(width, y)
      ctx.stroke()
    }
    ctx.strokeStyle = withOpacity(theme.accent, 0.28)
    ctx.beginPath()
    ctx.moveTo(48 * unit, 0)
    ctx.lineTo(48 * unit, height)
    ctx.stroke()
  },
  poster(ctx, theme, width, height, unit) {
    ctx.fillStyle = withOpacity(theme.ink, 0.07)
    const step = 36 * unit
    for (let y = 0; y * step < height + step; y++) {
      for (let x = 0; x * step < width + step; x++) {
        const reach = ((x * step) / width + (y * step) / height) / 2
        const size = Math.max(0, reach - 0.45) * 26 * unit
        if (size < 0.6) continue
        ctx.beginPath()
        ctx.arc(x * step + (y % 2) * (step / 2), y * step, size, 0, Math.PI * 2)
        ctx.fill()
      }
    }
  },
  board(ctx, theme, width, height, unit) {
    ctx.strokeStyle = withOpacity(theme.ink, 0.055)
    ctx.lineWidth = Math.max(1, 1.5 * unit)
    const step = 90 * unit
    ctx.beginPath()
    for (let x = (width % step) / 2; x < width; x += step) {
      ctx.moveTo(x, 0)
      ctx.lineTo(x, height)
    }
    for (let y = (height % step) / 2; y < height; y += step) {
      ctx.moveTo(0, y)
      ctx.lineTo(width, y)
    }
    ctx.stroke()
    softSpot(ctx, width / 2, height * 0.4, 900 * unit, theme.accent, 0.1)
  },
  leaves(ctx, theme, width, height, unit) {
    softSpot(ctx, width * 0.9, height * 0.08, 800 * unit, theme.accent, 0.14)
    softSpot(ctx, 0, height, 800 * unit, theme.accent3, 0.14)
  },
  clouds(ctx, theme, width, height, unit) {
    softSpot(ctx, width * 0.95, height * 0.1, 800 * unit, theme.accent3, 0.22)
    softSpot(ctx, 0, height * 0.75, 900 * unit, theme.accent2, 0.2)
    softSpot(ctx, width * 0.3, 0, 700 * unit, '#ffffff', 0.6)
  },
}

const patterns: Record<Theme['pattern'], (kit: Kit, turn: number) => void> = {
  glow(kit, turn) {
    spot(kit, 'a', 0.78 + 0.07 * Math.sin(turn), 0.22 + 0.03 * Math.cos(turn), 620, kit.theme.accent, 0.22)
    spot(kit, 'b', 0.16 + 0.06 * Math.cos(turn), 0.8 + 0.03 * Math.sin(turn), 660, kit.theme.accent2, 0.26)
  },
  paper(kit, turn) {
    disc(kit, 0.94 + 0.01 * Math.sin(turn), 0.045 + 0.01 * Math.cos(turn), 210, kit.theme.accent3, 0.9)
  },
  poster(kit, turn) {
    const { ctx, width, height, unit, theme } = kit
    ctx.fillStyle = theme.accent
    ctx.save()
    ctx.translate(width, height)
    ctx.rotate(-0.55 + 0.03 * Math.sin(turn))
    ctx.fillRect(-width, -60 * unit, width * 2, 400 * unit)
    ctx.restore()
  },
  leaves(kit, turn) {
    const { ctx, width, height, unit, theme } = kit
    const places = [
      [1.02, 0.02, 330, 0.4],
      [-0.06, 0.93, 400, -2.4],
      [1.03, 0.9, 260, 2.6],
    ] as const
    places.forEach(([x, y, size, lean], index) => {
      ctx.save()
      ctx.translate(x * width, y * height)
      ctx.rotate(lean + 0.06 * Math.sin(turn + index * 2))
      ctx.fillStyle = mixColours(theme.ground[1], index === 1 ? theme.accent3 : theme.accent, 0.24)
      leaf(ctx, size * unit)
      ctx.restore()
    })
  },
  board() {},
  clouds(kit, turn) {
    spot(kit, 'a', 0.84 + 0.04 * Math.cos(turn), 0.82 + 0.03 * Math.sin(turn), 560, kit.theme.accent, 0.22)
    spot(kit, 'b', 0.12 + 0.05 * Math.sin(turn), 0.16 + 0.02 * Math.cos(turn), 520, kit.theme.accent2, 0.2)
  },
}

function leaf(ctx: Ctx, size: number): void {
  for (const lean of [-0.9, -0.3, 0.3, 0.9]) {
    ctx.save()
    ctx.rotate(lean)
    ctx.beginPath()
    ctx.moveTo(0, 0)
    ctx.quadraticCurveTo(-size * 0.34, size * 0.5, 0, size)
    ctx.quadraticCurveTo(size * 0.34, size * 0.5, 0, 0)
    ctx.fill()
    ctx.restore()
  }
}

function disc(kit: Kit, x: number, y: number, radius: number, colour: string, opacity: number): void {
  kit.ctx.fillStyle = withOpacity(colour, opacity)
  kit.ctx.beginPath()
  kit.ctx.arc(x * kit.width, y * kit.height, radius * kit.unit, 0, Math.PI * 2)
  kit.ctx.fill()
}

/** A soft light that moves: painted small once, because gradients over half a picture are slow. */
function spot(
  kit: Kit,
  key: string,
  x: number,
  y: number,
  radius: number,
  colour: string,
  opacity: number,
): void {
  const sprite = kit.memo(`spot ${key}`, () => {
    const canvas = kit.makeCanvas(160, 160)
    softSpot(canvas.getContext('2d'), 80, 80, 80, colour, opacity)
    return canvas
  })
  const reach = radius * kit.unit
  kit.ctx.drawImage(sprite, x * kit.width - reach, y * kit.height - reach, reach * 2, reach * 2)
}

function softSpot(ctx: Ctx, x: number, y: number, radius: number, colour: string, opacity: number): void {
  const light = ctx.createRadialGradient(x, y, 0, x, y, radius)
  light.addColorStop(0, withOpacity(colour, opacity))
  light.addColorStop(0.5, withOpacity(colour, opacity * 0.42))
  light.addColorStop(1, withOpacity(colour, 0))
  ctx.fillStyle = light
  ctx.fillRect(x - radius, y - radius, radius * 2, radius * 2)
}
