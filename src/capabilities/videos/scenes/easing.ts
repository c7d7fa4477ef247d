/** Keeps a number between 0 and 1. */
export function clamp01(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value
}

/** How far `ms` is between `fromMs` and `fromMs + lengthMs`, 0 to 1. */
export function progress(ms: number, fromMs: number, lengthMs: number): number {
  return lengthMs <= 0 ? (ms >= fromMs ? 1 : 0) : clamp01((ms - fromMs) / lengthMs)
}

export function mix(from: number, to: number, t: number): number {
  return from + (to - from) * t
}

export function easeOut(t: number): number {
  return 1 - (1 - t) ** 3
}

export function easeIn(t: number): number {
  return t ** 3
}

export function easeInOut(t: number): number {
  return t < 0.5 ? 4 * t ** 3 : 1 - (-2 * t + 2) ** 3 / 2
}

/** Fast away, long landing: for type that slides into place. */
export function easeOutExpo(t: number): number {
  return t >= 1 ? 1 : 1 - 2 ** (-10 * t)
}

/** Overshoots by about a tenth and settles: for things that pop up. */
export function easeOutBack(t: number): number {
  const pull = 1.70158
  return 1 + (pull + 1) * (t - 1) ** 3 + pull * (t - 1) ** 2
}

/** A number in 0 to 1 that is always the same for the same seed: motion without randomness. */
export function scatter(seed: number): number {
  const value = Math.sin(seed * 127.1 + 311.7) * 43758.5453
  return value - Math.floor(value)
}
