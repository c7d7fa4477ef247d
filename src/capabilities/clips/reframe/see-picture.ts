/** How fine a picture is looked at along the side that is cut. */
export const binCount = 80

export type SmallPicture = {
  width: number
  height: number
  /** Planes of 4:2:0, packed one after the other. */
  bytes: Uint8Array
}

export type Seen = { bins: Float64Array; isSceneStart: boolean }

/** Differences of brightness below this are noise. */
const noise = 10
/** Mean difference of brightness between two pictures from which on they show different scenes. */
const sceneDifference = 28
const weights = { motion: 1, skin: 0.8, detail: 0.12, middle: 0.03 }

/**
 * Where there is something to look at in a small picture: what moves against the rest of it, skin, and, with little
 * weight, fine detail and the middle. `before` is the picture before it. Pure.
 */
export function seePicture(now: SmallPicture, before: SmallPicture | undefined, axis: 'x' | 'y'): Seen {
  const { width, height, bytes } = now
  const motion = new Float64Array(binCount)
  const skin = new Float64Array(binCount)
  const detail = new Float64Array(binCount)
  let difference = 0
  const chroma = width * height
  const chromaWidth = width >> 1
  const second = chroma + chromaWidth * (height >> 1)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x
      const bin = Math.floor((axis === 'x' ? x / width : y / height) * binCount)
      const value = bytes[at]!
      const change = before ? Math.abs(value - before.bytes[at]!) : 0
      difference += change
      if (change > noise) motion[bin]! += change - noise
      if (x > 0) detail[bin]! += Math.max(0, Math.abs(value - bytes[at - 1]!) - noise)
      const small = (y >> 1) * chromaWidth + (x >> 1)
      if (isSkin(value, bytes[chroma + small]!, bytes[second + small]!)) skin[bin]!++
    }
  }
  const isSceneStart = before !== undefined && difference / (width * height) > sceneDifference
  // A picture whose all parts move is a camera that pans: what moves more than the rest is the subject.
  const pan = median(motion)
  for (let bin = 0; bin < binCount; bin++) motion[bin] = Math.max(0, motion[bin]! - pan)
  const skinShare = skin.reduce((sum, value) => sum + value, 0) / (width * height)
  const bins = new Float64Array(binCount)
  addShare(bins, isSceneStart ? undefined : motion, weights.motion)
  // Walls and deserts have the colour of skin too.
  if (skinShare > 0.002 && skinShare < 0.45) addShare(bins, skin, weights.skin)
  addShare(bins, detail, weights.detail)
  for (let bin = 0; bin < binCount; bin++) {
    bins[bin]! += (weights.middle * (1 - Math.abs((2 * bin + 1) / binCount - 1)) * 2) / binCount
  }
  return { bins, isSceneStart }
}

/** Skin of all tones has much the same chroma (Chai and Ngan, 1999: Cb 77–127, Cr 133–173). */
function isSkin(luma: number, cb: number, cr: number): boolean {
  return luma > 40 && cb >= 77 && cb <= 127 && cr >= 133 && cr <= 173
}

function addShare(bins: Float64Array, values: Float64Array | undefined, weight: number): void {
  const total = values?.reduce((sum, value) => sum + value, 0) ?? 0
  if (!values || total <= 0) return
  for (let bin = 0; bin < bins.length; bin++) bins[bin]! += (weight * values[bin]!) / total
}

function median(values: Float64Array): number {
  return values.toSorted()[values.length >> 1]!
}
