/** Limits of what people can read, as broadcasters and streaming services set them. */
export type LayoutRules = {
  maxLineChars: number
  maxLines: number
  /** Characters a second, spaces included. */
  maxCharsPerS: number
  minCueMs: number
  maxCueMs: number
}

export const broadcastRules: LayoutRules = {
  maxLineChars: 42,
  maxLines: 2,
  maxCharsPerS: 20,
  minCueMs: 800,
  maxCueMs: 7000,
}
