import { extname } from 'node:path'
import type { Cue } from './caption.ts'
import { captionErrors } from './errors.ts'
import { parseSrt, parseVtt } from './parse-captions.ts'
import { writeAss, writeSrt, writeVtt } from './write-captions.ts'

const writers: Record<string, (cues: readonly Cue[]) => string> = {
  '.srt': writeSrt,
  '.vtt': writeVtt,
  '.ass': (cues) => writeAss(cues),
}

/** The writer that a file name asks for. Fails with `captions.badOutput`. */
export function captionWriterFor(path: string): (cues: readonly Cue[]) => string {
  const write = writers[extname(path).toLowerCase()]
  if (!write) throw captionErrors.badOutput(`"${path}" does not end in .srt, .vtt or .ass.`)
  return write
}

/** Reads SRT or WebVTT, told apart by content. UTF-8, or UTF-16 with its mark. */
export function readCaptions(bytes: Uint8Array): Cue[] {
  const text = decode(bytes)
  return /^\ufeff?WEBVTT/.test(text) ? parseVtt(text) : parseSrt(text)
}

function decode(bytes: Uint8Array): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe
  try {
    return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw captionErrors.unreadable('The caption file is not UTF-8 text.', { cause })
  }
}
