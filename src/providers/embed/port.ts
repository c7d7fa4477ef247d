export type EmbedInput = {
  /** 1 to 256 texts. */
  texts: readonly string[]
  /** Some models embed what is looked for differently from what is found. Default `document`. */
  purpose?: 'document' | 'query'
  signal?: AbortSignal
}

export type Embedded = {
  /** One for each text, in order, of length 1: their dot product is the cosine. */
  vectors: Float32Array[]
  /** What the service counts; 0 for work of this machine. */
  tokens: number
}

/**
 * Turns texts into vectors that are near each other when the texts mean the same.
 *
 * Every vendor promises: vectors of `dimensions` numbers and length 1; the same text gives the same vector; a failure
 * is a row of `errors.ts` with its cause; an aborted signal ends the call at once.
 */
export type Embedder = {
  name: string
  /** Names the space of its vectors. Vectors of different spaces must never be compared. */
  space: string
  dimensions: number
  /** Languages by their first subtag, or `many`. */
  languages: readonly string[] | 'many'
  /** The row of the price table, by tokens. Undefined costs nothing. */
  priceItem?: string
  isLocal: boolean
  embed(input: EmbedInput): Promise<Embedded>
}

/** What a picture looks like, for finding copies and look-alikes. */
export type ImageDescriptor = {
  /** 64 bits as 16 hex digits; equal or nearly equal for the same picture in another size or file. */
  hash: string
  /** Colours and shapes, of length 1; survives cropping, mirroring and other light. */
  vector: Float32Array
  widthPx: number
  heightPx: number
}
