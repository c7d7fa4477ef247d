import { scatter } from '../scenes/easing.ts'

export const bedNames = ['warm', 'bright', 'calm', 'drive'] as const
export type BedName = (typeof bedNames)[number]

type Bed = {
  beatsPerMinute: number
  /** Chords as semitones over the root, one for each bar. */
  chords: number[][]
  rootHz: number
  /** Which steps of sixteen in a bar are plucked. */
  pluck: number[]
  kick: number[]
  brightness: number
}

const beds: Record<BedName, Bed> = {
  warm: {
    beatsPerMinute: 84,
    rootHz: 110,
    chords: [
      [0, 7, 12, 16],
      [-3, 4, 9, 12],
      [-7, 0, 5, 9],
      [-5, 2, 7, 11],
    ],
    pluck: [0, 3, 6, 8, 11, 14],
    kick: [0, 8],
    brightness: 0.5,
  },
  bright: {
    beatsPerMinute: 104,
    rootHz: 130.81,
    chords: [
      [0, 7, 12, 16],
      [-5, 2, 7, 11],
      [-3, 4, 9, 12],
      [-7, 0, 5, 9],
    ],
    pluck: [0, 2, 4, 6, 8, 10, 12, 14],
    kick: [0, 4, 8, 12],
    brightness: 0.8,
  },
  calm: {
    beatsPerMinute: 66,
    rootHz: 98,
    chords: [
      [0, 7, 11, 16],
      [5, 9, 12, 16],
      [-3, 4, 7, 12],
      [-5, 2, 5, 11],
    ],
    pluck: [0, 5, 10],
    kick: [],
    brightness: 0.3,
  },
  drive: {
    beatsPerMinute: 118,
    rootHz: 116.54,
    chords: [
      [0, 7, 12, 15],
      [-4, 3, 8, 12],
      [3, 7, 10, 15],
      [-2, 5, 10, 14],
    ],
    pluck: [0, 3, 6, 10, 12, 14],
    kick: [0, 4, 8, 12],
    brightness: 0.7,
  },
}

/** Sound in two channels, −1 to 1. */
export type StereoSound = { left: Float32Array; right: Float32Array }

/** Where the music comes from; written for this project and free of rights. */
export const bedLicence = 'CC0-1.0; made by CreatorOps from its own notes'

/** The bed that suits a theme. */
export function bedFor(theme: string): BedName {
  return (
    (
      {
        midnight: 'warm',
        paper: 'calm',
        signal: 'drive',
        grove: 'calm',
        chalk: 'warm',
        blossom: 'bright',
      } as const
    )[theme as 'midnight'] ?? 'warm'
  )
}

/**
 * Plays a bed of four bars that can be looped without a seam: soft chords, plucked notes and, in the lively ones, a
 * soft kick. The same name always gives the same sound.
 */
export function playBed(name: BedName, sampleRateHz: number): StereoSound {
  const bed = beds[name]
  const stepSamples = Math.round((sampleRateHz * 60) / bed.beatsPerMinute / 4)
  const length = stepSamples * 16 * bed.chords.length
  const sound = { left: new Float32Array(length), right: new Float32Array(length) }
  bed.chords.forEach((chord, bar) => {
    const at = bar * 16 * stepSamples
    for (const [voice, semitones] of chord.entries()) {
      const hz = bed.rootHz * 2 ** (semitones / 12)
      addPad(sound, at, 16 * stepSamples, hz, 0.075, (voice / (chord.length - 1)) * 1.4 - 0.7, sampleRateHz)
    }
    addPad(sound, at, 16 * stepSamples, (bed.rootHz / 2) * 2 ** (chord[0]! / 12), 0.12, 0, sampleRateHz)
    for (const [index, step] of bed.pluck.entries()) {
      const note =
        chord[Math.floor(scatter(bar * 31 + index * 7) * chord.length)]! +
        (scatter(bar + index) > 0.5 ? 12 : 0)
      const hz = bed.rootHz * 2 * 2 ** (note / 12)
      addPluck(
        sound,
        at + step * stepSamples,
        hz,
        0.11,
        scatter(index + bar * 5) * 1.2 - 0.6,
        bed.brightness,
        sampleRateHz,
      )
    }
    for (const step of bed.kick) addKick(sound, at + step * stepSamples, sampleRateHz)
  })
  return sound
}

function addPad(
  sound: StereoSound,
  at: number,
  length: number,
  hz: number,
  level: number,
  pan: number,
  rate: number,
): void {
  const size = sound.left.length
  // Rings into the next bar and, at the end, into the first, so that nothing stops at a seam.
  const whole = Math.round(length * 1.35)
  const attack = rate * 0.5
  const release = whole - length
  const [left, right] = [Math.sqrt((1 - pan) / 2) * level, Math.sqrt((1 + pan) / 2) * level]
  const steps = [hz, hz * 1.004, hz * 0.997].map((each) => (each * Math.PI * 2) / rate)
  for (let index = 0; index < whole; index++) {
    const rise = Math.min(1, index / attack)
    const fall = index < length ? 1 : 1 - (index - length) / release
    const gain = rise * rise * fall
    const value =
      (Math.sin(index * steps[0]!) +
        Math.sin(index * steps[1]!) * 0.7 +
        Math.sin(index * steps[2]! * 2) * 0.22) *
      gain
    const place = (at + index) % size
    sound.left[place] = sound.left[place]! + value * left
    sound.right[place] = sound.right[place]! + value * right
  }
}

function addPluck(
  sound: StereoSound,
  at: number,
  hz: number,
  level: number,
  pan: number,
  brightness: number,
  rate: number,
): void {
  const size = sound.left.length
  const length = Math.round(rate * 1.1)
  const step = (hz * Math.PI * 2) / rate
  const [left, right] = [Math.sqrt((1 - pan) / 2) * level, Math.sqrt((1 + pan) / 2) * level]
  for (let index = 0; index < length; index++) {
    const t = index / rate
    const gain = Math.exp(-t * 4.2) * Math.min(1, index / (rate * 0.004))
    const value =
      (Math.sin(index * step) +
        Math.sin(index * step * 2) * 0.4 * brightness * Math.exp(-t * 6) +
        Math.sin(index * step * 3) * 0.22 * brightness * Math.exp(-t * 9)) *
      gain
    const place = (at + index) % size
    sound.left[place] = sound.left[place]! + value * left
    sound.right[place] = sound.right[place]! + value * right
  }
}

function addKick(sound: StereoSound, at: number, rate: number): void {
  const length = Math.round(rate * 0.28)
  let turn = 0
  for (let index = 0; index < length; index++) {
    const t = index / rate
    turn += ((46 + 70 * Math.exp(-t * 30)) * Math.PI * 2) / rate
    const value = Math.sin(turn) * Math.exp(-t * 13) * 0.2
    const place = (at + index) % sound.left.length
    sound.left[place] = sound.left[place]! + value
    sound.right[place] = sound.right[place]! + value
  }
}
