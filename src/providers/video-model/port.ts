export const footageShapes = ['16:9', '9:16', '1:1'] as const
export type FootageShape = (typeof footageShapes)[number]
export const footageSizes = ['540p', '720p', '1080p'] as const
export type FootageSize = (typeof footageSizes)[number]

export type FootageOrder = {
  prompt: string
  durationMs: number
  shape: FootageShape
  size: FootageSize
  /** A picture to begin with. JPEG or PNG. */
  startImage?: { bytes: Buffer; contentType: 'image/jpeg' | 'image/png' }
  /**
   * Names the order: where a vendor knows such names, the same key twice is one job. Letters, digits, `.`, `_`, `-`; at
   * most 64 characters.
   */
  orderKey: string
  signal?: AbortSignal
}

/** How an order stands. `percent` is undefined where the vendor does not say. */
export type FootageState =
  | { kind: 'waiting' }
  | { kind: 'running'; percent?: number }
  /** `costMicros` where the vendor names it. */
  | { kind: 'done'; costMicros?: number }
  | { kind: 'failed'; code: 'refused' | 'failed'; because: string }

export type VideoModelAbilities = {
  durationsMs: readonly number[]
  shapes: readonly FootageShape[]
  sizes: readonly FootageSize[]
  startImage: boolean
  promptChars: number
  /** The vendor knows the keys of orders: one that may have been lost can be placed again. */
  orderKeys: boolean
}

/**
 * Makes footage from words: ordered, waited for, fetched.
 *
 * Every vendor promises: `order` returns once the vendor has the order, and never orders twice by itself: an unknown
 * outcome is `videoModel.unknownOutcome` unless the vendor knows the order's key; `check` and `fetch` may be
 * repeated; a failure is a row of `errors.ts` with its cause.
 */
export type VideoModel = {
  /** Id in the registry of models, such as `runway:gen4.5`. */
  id: string
  title: string
  can: VideoModelAbilities
  /** The row of the price table, by seconds, for a size. */
  priceItem(size: FootageSize): string
  /** Fails with `videoModel.cannot` for what the model does not make. Returns the vendor's name of the job. */
  order(input: FootageOrder): Promise<{ remoteId: string }>
  check(remoteId: string, signal?: AbortSignal): Promise<FootageState>
  /** Writes the finished footage, an MP4, to a path. Fails with `videoModel.expired` when the vendor has it no more. */
  fetch(remoteId: string, path: string, signal?: AbortSignal): Promise<void>
  /** Asks the vendor to stop. It is no failure when it is over already or cannot be stopped. */
  cancel(remoteId: string): Promise<void>
  close?(): Promise<void>
}
