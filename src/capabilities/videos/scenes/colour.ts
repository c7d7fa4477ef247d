import { mix } from './easing.ts'

type Rgb = [number, number, number]

function parse(hex: string): Rgb {
  const digits = hex.slice(1)
  const full = digits.length === 3 ? [...digits].map((digit) => digit + digit).join('') : digits
  return [0, 2, 4].map((at) => Number.parseInt(full.slice(at, at + 2), 16)) as Rgb
}

/** A `#rrggbb` colour with an opacity from 0 to 1. */
export function withOpacity(hex: string, opacity: number): string {
  const [red, green, blue] = parse(hex)
  return `rgba(${red},${green},${blue},${Math.round(opacity * 1000) / 1000})`
}

/** The colour that is `t` of the way from one to the other. */
export function mixColours(from: string, to: string, t: number): string {
  const a = parse(from)
  const b = parse(to)
  return `#${a
    .map((part, index) =>
      Math.round(mix(part, b[index]!, t))
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`
}

/** Relative luminance as WCAG defines it, 0 to 1. */
export function luminance(hex: string): number {
  const [red, green, blue] = parse(hex).map((part) => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as Rgb
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** How well one colour can be read on the other, 1 to 21. */
export function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

/** Of two colours the one that is easier to read on `paper`. */
export function readable(paper: string, first: string, second: string): string {
  return contrast(paper, first) >= contrast(paper, second) ? first : second
}
