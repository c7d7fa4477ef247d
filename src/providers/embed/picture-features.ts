const hashSide = 32
const hashBits = 8

/** The signs of the low frequencies of a 32 × 32 picture's brightness against their median: 64 bits as hex. */
export function perceptualHash(rgba: Uint8ClampedArray): string {
  const light = brightness(rgba)
  const waves = Array.from({ length: hashBits }, (_, wave) =>
    Float64Array.from({ length: hashSide }, (_unused, at) =>
      Math.cos(((2 * at + 1) * (wave + 1) * Math.PI) / (2 * hashSide)),
    ),
  )
  const parts: number[] = []
  for (const down of waves) {
    for (const across of waves) {
      let sum = 0
      for (let y = 0; y < hashSide; y++)
        for (let x = 0; x < hashSide; x++) sum += light[y * hashSide + x]! * down[y]! * across[x]!
      parts.push(sum)
    }
  }
  const median = parts.toSorted((a, b) => a - b)[parts.length >> 1]!
  const bits = parts.reduce((hash, part) => (hash << 1n) | (part > median ? 1n : 0n), 0n)
  return bits.toString(16).padStart(16, '0')
}

const hueBins = 12
const zones = 4
const directions = 6

/**
 * 192 numbers of length 1 for a square picture: a histogram of colours (12 hues by 3 shades, 4 greys) and, for each
 * of 4 × 4 zones, how strongly its edges point in 6 directions. Left and right count alike, so a mirrored picture is
 * the same; brightness is taken relative to the picture's own.
 */
export function colourAndShape(rgba: Uint8ClampedArray, side: number): Float32Array {
  const colours = colourHistogram(rgba)
  const shapes = edgeHistogram(brightness(rgba), side)
  // Roots make small shares count, and both halves weigh the same.
  const vector = new Float32Array(192)
  vector.set(unit(colours.map(Math.sqrt)), 0)
  vector.set(unit(shapes.map(Math.sqrt)), 96)
  return unit(vector)
}

function colourHistogram(rgba: Uint8ClampedArray): Float32Array {
  const bins = new Float32Array(96)
  const light = brightness(rgba)
  const mean = light.reduce((sum, value) => sum + value, 0) / light.length || 1
  for (let at = 0; at < light.length; at++) {
    const [r, g, b] = [rgba[at * 4]!, rgba[at * 4 + 1]!, rgba[at * 4 + 2]!]
    const [high, low] = [Math.max(r, g, b), Math.min(r, g, b)]
    const shade = Math.min(3, Math.floor((light[at]! / mean) * 2))
    if (high - low < 24) {
      bins[hueBins * 4 * 2 - 4 + shade]! += 1
      continue
    }
    const strength = (high - low) / high > 0.5 ? 1 : 0
    // Shared between the two nearest hues, so that a slight tint moves little.
    const hue = (hueOf(r, g, b, high, low) / 360) * hueBins
    const [first, part] = [Math.floor(hue) % hueBins, hue % 1]
    const shelf = Math.min(2, shade)
    bins[(first * 3 + shelf) * 2 + strength]! += 1 - part
    bins[(((first + 1) % hueBins) * 3 + shelf) * 2 + strength]! += part
  }
  return bins
}

function hueOf(r: number, g: number, b: number, high: number, low: number): number {
  const range = high - low
  if (high === r) return (60 * ((g - b) / range) + 360) % 360
  return high === g ? 60 * ((b - r) / range) + 120 : 60 * ((r - g) / range) + 240
}

function edgeHistogram(light: Float32Array, side: number): Float32Array {
  const bins = new Float32Array(zones * zones * directions)
  const zone = side / zones
  for (let y = 1; y < side - 1; y++) {
    for (let x = 1; x < side - 1; x++) {
      const across = light[y * side + x + 1]! - light[y * side + x - 1]!
      const down = light[(y + 1) * side + x]! - light[(y - 1) * side + x]!
      const strength = Math.hypot(across, down)
      if (strength < 8) continue
      const [row, column] = [Math.floor(y / zone), Math.floor(x / zone)]
      const turn = ((Math.atan2(down, across) + Math.PI) / Math.PI) % 1
      add(row, column, turn, strength)
      add(row, zones - 1 - column, (1 - turn) % 1, strength)
    }
  }
  return bins

  function add(row: number, column: number, turn: number, strength: number): void {
    const place = turn * directions
    const [first, part] = [Math.floor(place) % directions, place % 1]
    const from = (row * zones + column) * directions
    bins[from + first]! += strength * (1 - part)
    bins[from + ((first + 1) % directions)]! += strength * part
  }
}

function brightness(rgba: Uint8ClampedArray): Float32Array {
  return Float32Array.from(
    { length: rgba.length / 4 },
    (_, at) => 0.299 * rgba[at * 4]! + 0.587 * rgba[at * 4 + 1]! + 0.114 * rgba[at * 4 + 2]!,
  )
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0)) || 1
  return vector.map((value) => value / length)
}
