export type TimedPhone = { phone: string; startMs: number; endMs: number }

/** Reads Flite's `phone:end` list. Pauses stay in as `pau`. */
export function readPhones(printed: string): TimedPhone[] {
  let startMs = 0
  return [...printed.matchAll(/(\S+):(\d+\.\d+)/g)].map(([, phone, end]) => {
    const endMs = Number(end) * 1000
    const row = { phone: phone!, startMs, endMs }
    startMs = endMs
    return row
  })
}

const vowels = new Set('aa ae ah ao aw ax axr ay eh er ey ih iy ow oy uh uw'.split(' '))

/**
 * Puts the phones that were spoken to the words they belong to, by the cheapest way to turn the dictionary's phones
 * of the words into them: in a sentence sounds change (`the` before a vowel) and run together. Every word gets a time;
 * one that left no sound is a point between its neighbours.
 */
export function timesOfWords(
  spoken: readonly TimedPhone[],
  words: ReadonlyArray<readonly string[]>,
): Array<{ startMs: number; endMs: number }> {
  const sounds = spoken.filter(({ phone }) => phone !== 'pau')
  const wanted = words.flatMap((phones, word) => phones.map((phone) => ({ phone, word })))
  const owner = alignTo(
    wanted,
    sounds.map(({ phone }) => phone),
  )
  const times = words.map(() => ({ startMs: Number.POSITIVE_INFINITY, endMs: Number.NEGATIVE_INFINITY }))
  sounds.forEach((sound, index) => {
    const time = times[owner[index]!]
    if (!time) return
    time.startMs = Math.min(time.startMs, sound.startMs)
    time.endMs = Math.max(time.endMs, sound.endMs)
  })
  let lastEndMs = sounds[0]?.startMs ?? 0
  return times.map((time) => {
    if (time.endMs < time.startMs) return { startMs: lastEndMs, endMs: lastEndMs }
    lastEndMs = time.endMs
    return time
  })
}

/** For each sound the word it belongs to. */
function alignTo(
  wanted: ReadonlyArray<{ phone: string; word: number }>,
  sounds: readonly string[],
): number[] {
  const [rows, columns] = [wanted.length + 1, sounds.length + 1]
  const cost = new Float32Array(rows * columns)
  for (let row = 1; row < rows; row++) cost[row * columns] = row
  for (let column = 1; column < columns; column++) cost[column] = column
  for (let row = 1; row < rows; row++) {
    for (let column = 1; column < columns; column++) {
      cost[row * columns + column] = Math.min(
        cost[(row - 1) * columns + column - 1]! + difference(wanted[row - 1]!.phone, sounds[column - 1]!),
        cost[(row - 1) * columns + column]! + 1,
        cost[row * columns + column - 1]! + 1,
      )
    }
  }
  const owner = Array.from({ length: sounds.length }, () => -1)
  let [row, column] = [rows - 1, columns - 1]
  while (column > 0) {
    const here = cost[row * columns + column]!
    const isMatch =
      row > 0 &&
      here ===
        Math.fround(
          cost[(row - 1) * columns + column - 1]! + difference(wanted[row - 1]!.phone, sounds[column - 1]!),
        )
    if (row > 0 && !isMatch && here === Math.fround(cost[(row - 1) * columns + column]! + 1)) row--
    else {
      owner[--column] = wanted[Math.max(0, row - 1)]?.word ?? -1
      if (isMatch) row--
    }
  }
  return owner
}

/** A half for sounds of one kind, so that changed vowels stay in their place. Exact in floating point. */
function difference(a: string, b: string): number {
  if (a === b) return 0
  return vowels.has(a) === vowels.has(b) ? 0.5 : 1.5
}
