import { readFileSync } from 'node:fs'
import { spectrumOf } from './spectrum.ts'

/** Samples that one answer is about: 32 ms at 16 kHz. */
export const chunkSamples = 512
const contextSamples = 64
const frames = 4
const bins = 129
const hidden = 128

/** Tells, chunk by chunk, how likely somebody speaks: 0 to 1. Remembers what came before. */
export type VoiceNet = {
  /** Takes exactly `chunkSamples` samples at 16 kHz, −1 to 1. */
  listen(chunk: Float32Array): number
}

type Weights = {
  encoder: Array<{ rows: Float32Array; bias: Float32Array }>
  rows: Float32Array
  bias: Float32Array
  out: Float32Array
  outBias: number
}

let loaded: Weights | undefined

/**
 * The network of Silero VAD 6 (16 kHz) as plain arithmetic: a spectrum of four frames, four convolutions, an LSTM and
 * one output. About 400,000 multiplications a chunk. `silero-v6.md` says where its weights come from.
 */
export function createVoiceNet(): VoiceNet {
  const weights = (loaded ??= readWeights())
  const input = new Float32Array(contextSamples + chunkSamples + contextSamples)
  // One frame of zeros on both sides, so that a convolution is a dot product over neighbours.
  const spectrum = new Float32Array((frames + 2) * bins)
  const first = new Float32Array(6 * 128)
  const second = new Float32Array(4 * 64)
  const third = new Float32Array(64)
  const joined = new Float32Array(2 * hidden)
  const cell = new Float32Array(hidden)
  const gates = new Float32Array(4 * hidden)
  const [one, two, three, four] = weights.encoder as [Layer, Layer, Layer, Layer]

  return {
    listen(chunk) {
      input.set(chunk, contextSamples)
      const end = contextSamples + chunkSamples
      for (let index = 0; index < contextSamples; index++) input[end + index] = input[end - 2 - index]!
      for (let frame = 0; frame < frames; frame++)
        spectrumOf(input, frame * 128, spectrum, (frame + 1) * bins)
      input.copyWithin(0, end - contextSamples, end)

      convolveFour(one, spectrum, first)
      for (let frame = 0; frame < 2; frame++) convolve(two, first, frame * 2 * 128, second, (frame + 1) * 64)
      convolve(three, second, 0, third, 0)
      convolve(four, third, 0, joined, 0)

      multiply(weights.rows, joined, 0, weights.bias, gates, 0, 4 * hidden)
      let sum = weights.outBias
      for (let index = 0; index < hidden; index++) {
        const kept = sigmoid(gates[hidden + index]!) * cell[index]!
        const now = kept + sigmoid(gates[index]!) * Math.tanh(gates[2 * hidden + index]!)
        cell[index] = now
        const said = sigmoid(gates[3 * hidden + index]!) * Math.tanh(now)
        joined[hidden + index] = said
        if (said > 0) sum += said * weights.out[index]!
      }
      return sigmoid(sum)
    },
  }
}

type Layer = Weights['encoder'][number]

/** One frame of a convolution of width three, with what is below zero cut off. */
function convolve(
  { rows, bias }: Layer,
  from: Float32Array,
  at: number,
  to: Float32Array,
  toAt: number,
): void {
  multiply(rows, from, at, bias, to, toAt, bias.length)
  for (let index = toAt; index < toAt + bias.length; index++) if (to[index]! < 0) to[index] = 0
}

/** Four frames of the first and largest convolution at once: each weight is fetched once for all of them. */
function convolveFour({ rows, bias }: Layer, from: Float32Array, to: Float32Array): void {
  const width = 3 * bins
  let weight = 0
  for (let row = 0; row < 128; row++) {
    let a = bias[row]!
    let b = a
    let c = a
    let d = a
    for (let index = 0; index < width; index++, weight++) {
      const factor = rows[weight]!
      a += factor * from[index]!
      b += factor * from[index + bins]!
      c += factor * from[index + 2 * bins]!
      d += factor * from[index + 3 * bins]!
    }
    to[128 + row] = a > 0 ? a : 0
    to[256 + row] = b > 0 ? b : 0
    to[384 + row] = c > 0 ? c : 0
    to[512 + row] = d > 0 ? d : 0
  }
}

/** `to = rows · from + bias`. Four sums at once keep the processor busy. */
function multiply(
  rows: Float32Array,
  from: Float32Array,
  at: number,
  bias: Float32Array,
  to: Float32Array,
  toAt: number,
  count: number,
): void {
  const width = rows.length / count
  let weight = 0
  for (let row = 0; row < count; row++) {
    let a = 0
    let b = 0
    let c = 0
    let d = 0
    const end = at + width - 3
    let index = at
    for (; index < end; index += 4, weight += 4) {
      a += rows[weight]! * from[index]!
      b += rows[weight + 1]! * from[index + 1]!
      c += rows[weight + 2]! * from[index + 2]!
      d += rows[weight + 3]! * from[index + 3]!
    }
    for (; index < at + width; index++, weight++) a += rows[weight]! * from[index]!
    to[toAt + row] = a + b + c + d + bias[row]!
  }
}

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value))
}

const shapes = [
  { out: 128, in: 129, used: [0, 1, 2] },
  { out: 64, in: 128, used: [0, 1, 2] },
  { out: 64, in: 64, used: [0, 1, 2] },
  // Its only frame has nothing on either side.
  { out: 128, in: 64, used: [1] },
]

function readWeights(): Weights {
  const bytes = readFileSync(new URL('./silero-v6.f32', import.meta.url))
  const all = new Float32Array(new Uint8Array(bytes).buffer)
  let at = 0
  const take = (count: number) => all.subarray(at, (at += count))
  const encoder = shapes.map((shape) => {
    const stored = take(shape.out * shape.in * 3)
    return { rows: byFrame(stored, shape), bias: take(shape.out) }
  })
  const fromInput = take(4 * hidden * hidden)
  const fromBefore = take(4 * hidden * hidden)
  const [biasInput, biasBefore] = [take(4 * hidden), take(4 * hidden)]
  const rows = new Float32Array(4 * hidden * 2 * hidden)
  for (let row = 0; row < 4 * hidden; row++) {
    rows.set(fromInput.subarray(row * hidden, (row + 1) * hidden), row * 2 * hidden)
    rows.set(fromBefore.subarray(row * hidden, (row + 1) * hidden), row * 2 * hidden + hidden)
  }
  const bias = biasInput.map((value, index) => value + biasBefore[index]!)
  return { encoder, rows, bias, out: take(hidden), outBias: take(1)[0]! }
}

/** Stored by channel and then frame; a dot product over neighbouring frames wants it the other way round. */
function byFrame(stored: Float32Array, shape: (typeof shapes)[number]): Float32Array {
  const rows = new Float32Array(shape.out * shape.used.length * shape.in)
  let to = 0
  for (let out = 0; out < shape.out; out++)
    for (const frame of shape.used)
      for (let channel = 0; channel < shape.in; channel++)
        rows[to++] = stored[(out * shape.in + channel) * 3 + frame]!
  return rows
}
