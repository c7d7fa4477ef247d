/**
 * Degrees clockwise that a player turns the picture, from the 3 × 3 display matrix of a container
 * (16.16 fixed point, little-endian here), rounded to a quarter turn.
 */
export function rotationOf(matrix: Buffer): number {
  if (matrix.length < 16) return 0
  const [a, b] = [matrix.readInt32LE(0), matrix.readInt32LE(4)]
  return clockwise((Math.atan2(b, a) * 180) / Math.PI)
}

/** Any angle as 0, 90, 180 or 270. */
export function clockwise(degrees: number): number {
  return (((Math.round(degrees / 90) * 90) % 360) + 360) % 360
}

// ITU-T H.273 numbers, with FFmpeg's names.
const colourNames = {
  transfer: {
    1: 'bt709',
    4: 'gamma22',
    5: 'gamma28',
    6: 'smpte170m',
    7: 'smpte240m',
    8: 'linear',
    11: 'iec61966-2-4',
    13: 'iec61966-2-1',
    14: 'bt2020-10',
    15: 'bt2020-12',
    16: 'smpte2084',
    18: 'arib-std-b67',
  },
  primaries: {
    1: 'bt709',
    5: 'bt470bg',
    6: 'smpte170m',
    7: 'smpte240m',
    9: 'bt2020',
    11: 'smpte431',
    12: 'smpte432',
  },
  matrix: {
    0: 'gbr',
    1: 'bt709',
    5: 'bt470bg',
    6: 'smpte170m',
    7: 'smpte240m',
    9: 'bt2020nc',
    10: 'bt2020c',
    14: 'ictcp',
  },
} as const

/** FFmpeg's name of a colour property; `unknown` for what it is not told. */
export function colourName(kind: keyof typeof colourNames, value: number): string {
  return (colourNames[kind] as Record<number, string>)[value] ?? 'unknown'
}
