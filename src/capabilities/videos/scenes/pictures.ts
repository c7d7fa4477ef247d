import { withOpacity } from './colour.ts'
import { mix } from './easing.ts'
import type { Box, Kit } from './kit.ts'

/**
 * Draws a picture so that it fills a box, cut around its focus; `zoom` 1 just fills it.
 * Without the picture a plain card stands there, so that a preview can be seen before its files have come.
 */
export function drawPicture(
  kit: Kit,
  mediaId: string | undefined,
  box: Box,
  look: { focus: { x: number; y: number }; zoom: number; ms: number; radius?: number },
): void {
  const { ctx, theme } = kit
  const found = mediaId === undefined ? undefined : kit.picture(mediaId, look.ms)
  ctx.save()
  ctx.beginPath()
  if (look.radius) ctx.roundRect(box.x, box.y, box.width, box.height, look.radius)
  else ctx.rect(box.x, box.y, box.width, box.height)
  ctx.clip()
  if (!found) {
    ctx.fillStyle = theme.surface
    ctx.fillRect(box.x, box.y, box.width, box.height)
    ctx.restore()
    return
  }
  const scale = Math.max(box.width / found.width, box.height / found.height) * look.zoom
  const width = box.width / scale
  const height = box.height / scale
  const x = mix(0, found.width - width, look.focus.x)
  const y = mix(0, found.height - height, look.focus.y)
  ctx.drawImage(found.source, x, y, width, height, box.x, box.y, box.width, box.height)
  ctx.restore()
}

/** Darkens the lower part of a picture so that type on it can be read. */
export function drawShade(kit: Kit, fromShare: number, opacity: number): void {
  const { ctx, width, height } = kit
  const shade = ctx.createLinearGradient(0, height * fromShare, 0, height)
  shade.addColorStop(0, withOpacity('#000000', 0))
  shade.addColorStop(1, withOpacity('#000000', opacity))
  ctx.fillStyle = shade
  ctx.fillRect(0, height * fromShare, width, height * (1 - fromShare))
}
