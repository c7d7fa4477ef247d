import { Transform } from 'node:stream'

export type TakenBytes = {
  stream: Transform
  /** Bytes that came in, with those that were left out. */
  travelled(): number
  /** Bytes that went on. */
  kept(): number
  /** More than the most came in. */
  isFull(): boolean
}

/** Lets the wanted bytes of a body pass: those after the first `skip`, and at most so many. What comes after them is dropped. */
export function takeBytes(input: { skip: number; wanted: number; most: number }): TakenBytes {
  const { skip, wanted, most } = input
  let came = 0
  let went = 0
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const from = Math.max(0, skip - came)
      came += chunk.length
      const piece = chunk.subarray(from, Math.max(from, from + wanted - went))
      went += piece.length
      done(null, piece)
    },
  })
  return { stream, travelled: () => came, kept: () => went, isFull: () => came > most }
}
