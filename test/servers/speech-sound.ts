/** Sound as a test server "speaks" it: a tone for each word, a short silence after it. 16-bit mono PCM with times. */
export function toneSpeech(text: string, sampleRateHz: number) {
  const words = [...text.matchAll(/\S+/gu)].map((match) => ({ text: match[0], at: match.index }))
  const pieces: Buffer[] = []
  let samples = 0
  const times = words.map(({ text: word, at }) => {
    const startMs = (samples / sampleRateHz) * 1000
    const length = Math.round(sampleRateHz * (0.08 + word.length * 0.05))
    const tone = Buffer.alloc(length * 2)
    for (let index = 0; index < length; index++) {
      const edge = Math.min(1, index / 80, (length - index) / 80)
      tone.writeInt16LE(
        Math.round(Math.sin((index / sampleRateHz) * Math.PI * 2 * 220) * 9_000 * edge),
        index * 2,
      )
    }
    samples += length
    const endMs = (samples / sampleRateHz) * 1000
    const pause = Math.round(sampleRateHz * (/[,.;:!?]$/.test(word) ? 0.2 : 0.02))
    pieces.push(tone, Buffer.alloc(pause * 2))
    samples += pause
    return { text: word, at, startMs, endMs }
  })
  return { pcm: Buffer.concat(pieces), times, durationMs: (samples / sampleRateHz) * 1000 }
}
