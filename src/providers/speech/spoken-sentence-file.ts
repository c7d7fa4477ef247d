import { z } from 'zod'
import type { SpokenSentence } from './speak-sentence.ts'

const headSchema = z.object({
  wordTimes: z.array(z.tuple([z.number(), z.number()])),
  timing: z.enum(['exact', 'marks', 'estimated']),
  billedCharacters: z.number(),
})

/** A spoken sentence as bytes: the length of a JSON head, the head, the PCM. */
export function packSentence({ pcm, wordTimes, timing, billedCharacters }: SpokenSentence): Buffer {
  const rows = wordTimes.map(({ startMs, endMs }) => [rounded(startMs), rounded(endMs)])
  const head = Buffer.from(JSON.stringify({ wordTimes: rows, timing, billedCharacters }))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(head.length)
  return Buffer.concat([length, head, pcm])
}

/** The sentence again; undefined when the bytes are no sentence of so many words. */
export function unpackSentence(bytes: Buffer, words: number): SpokenSentence | undefined {
  if (bytes.length < 4 || bytes.length < 4 + bytes.readUInt32LE()) return undefined
  const length = bytes.readUInt32LE()
  const text = bytes.toString('utf8', 4, 4 + length)
  const head = headSchema.safeParse(parsed(text))
  if (!head.success || head.data.wordTimes.length !== words) return undefined
  const wordTimes = head.data.wordTimes.map(([startMs, endMs]) => ({ startMs, endMs }))
  return { ...head.data, wordTimes, pcm: bytes.subarray(4 + length) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Damaged bytes are the same as none: the sentence is spoken anew.
    return undefined
  }
}

const rounded = (ms: number) => Math.round(ms * 10) / 10
