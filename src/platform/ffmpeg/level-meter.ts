import type { LevelSeries, Rational } from './plan.ts'

export type LevelMeter = {
  /** Takes interleaved samples of all channels. */
  add(samples: Float32Array): void
  /** Closes the last, possibly shorter window and returns a series for each rate asked for. */
  finish(): { series: LevelSeries[]; samples: number }
}

/**
 * Measures the lowest and highest sample in windows of a fixed rate.
 * A window has a whole number of samples; what is cut off is carried over, so windows of 1/29.97 s do not drift
 * from the frames they stand for, however long the recording is.
 */
export function createLevelMeter(input: {
  sampleRate: number
  channels: number
  windows: Rational[]
}): LevelMeter {
  const meters = input.windows.map((rate) => createWindowMeter(input.sampleRate, input.channels, rate))
  let values = 0
  return {
    add(samples) {
      values += samples.length
      for (const meter of meters) meter.add(samples)
    },
    finish: () => ({ series: meters.map((meter) => meter.finish()), samples: values / input.channels }),
  }
}

function createWindowMeter(sampleRate: number, channels: number, perSecond: Rational) {
  const exactSize = (sampleRate * perSecond.den) / perSecond.num
  const min = growingFloats()
  const max = growingFloats()
  let carried = 0
  let left = nextSize()
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY

  function nextSize(): number {
    const wanted = exactSize + carried
    const size = Math.max(1, Math.round(wanted))
    carried = wanted - size
    return size * channels
  }

  function close(): void {
    min.push(low)
    max.push(high)
    low = Number.POSITIVE_INFINITY
    high = Number.NEGATIVE_INFINITY
    left = nextSize()
  }

  return {
    add(samples: Float32Array) {
      let at = 0
      while (at < samples.length) {
        const end = Math.min(samples.length, at + left)
        left -= end - at
        for (; at < end; at++) {
          const value = samples[at]!
          if (value < low) low = value
          if (value > high) high = value
        }
        if (left === 0) close()
      }
    },
    finish(): LevelSeries {
      if (high >= low) close()
      return { min: min.take(), max: max.take() }
    },
  }
}

function growingFloats() {
  let values = new Float32Array(1024)
  let length = 0
  return {
    push(value: number) {
      if (length === values.length) {
        const larger = new Float32Array(values.length * 2)
        larger.set(values)
        values = larger
      }
      values[length++] = value
    },
    take: () => values.slice(0, length),
  }
}
