/**
 * Loaded into the product's processes with `--import`: the wall clock is off by the milliseconds that the file
 * MOVED_CLOCK_FILE holds at that moment. The clocks that measure durations are left alone, as when a machine's
 * clock is set.
 */
import { readFileSync } from 'node:fs'

const path = process.env['MOVED_CLOCK_FILE']!
const RealDate = Date
let offsetMs = 0
let readAtMs = -Infinity

function movedNow(): number {
  const at = performance.now()
  if (at - readAtMs > 20) {
    offsetMs = Number(readFileSync(path, 'utf8'))
    readAtMs = at
  }
  return RealDate.now() + offsetMs
}

class MovedDate extends RealDate {
  constructor(...given: unknown[]) {
    if (given.length === 0) super(movedNow())
    else super(...(given as [number]))
  }
  static override now(): number {
    return movedNow()
  }
}

globalThis.Date = MovedDate as DateConstructor
