import { BitStreamFilter, BitStreamFilterContext, Packet, type Stream } from 'node-av/lib'
import { check, hold } from './av-check.ts'
import { type OpenFileOutput, openFileOutput } from './av-file-output.ts'
import type { SinkFrame } from './av-graph.ts'
import { createLevelMeter } from './level-meter.ts'
import { createMetadataRows } from './metadata-rows.ts'
import type { CopiedStream, MediaPlan, OutputResult, PacketsOutput } from './plan.ts'

/** What takes packets and frames for one output. Packets come with the number of their input. */
export type Consumer = {
  frame?(sink: string, out: SinkFrame | undefined): void
  packet?(packet: Packet, input: number): void
  /** True when it wants nothing more. */
  isFull?(): boolean
  finish(): OutputResult
}

export type PlacedStream = { input: number; stream: Stream }
type PlaceStream = (input: number, name: string) => PlacedStream

/** Makes what takes the packets and frames of one output of a plan. */
export function createConsumer(
  output: MediaPlan['outputs'][number],
  place: PlaceStream,
  threads: number,
): Consumer {
  switch (output.kind) {
    case 'metadata': {
      const rows = createMetadataRows(output)
      return {
        frame(sink, out) {
          if (sink !== output.from || !out) return
          const base = out.sink.buffersinkGetTimeBase()
          const metadata = out.frame.getMetadata()
          rows.add((Number(out.frame.pts) * base.num * 1000) / base.den, (key) => metadata.get(key))
        },
        finish: () => rows.finish(),
      }
    }
    case 'levels': {
      const meter = createLevelMeter(output)
      return {
        frame(sink, out) {
          if (sink !== output.from || !out) return
          const bytes = out.frame.data![0]!
          const count = out.frame.nbSamples * output.channels
          meter.add(new Float32Array(bytes.buffer, bytes.byteOffset, count))
        },
        finish: () => ({ kind: 'levels', ...meter.finish() }),
      }
    }
    case 'packets':
      return createPacketsConsumer(output, place(output.input, output.stream))
    case 'file': {
      const copied = output.streams.map((stream) =>
        stream.kind === 'copy' ? place(stream.input, stream.stream) : undefined,
      )
      return createFileConsumer(
        output.streams,
        copied,
        openFileOutput(
          output,
          copied.map((placed) => placed?.stream),
          threads,
        ),
      )
    }
  }
}

function createFileConsumer(
  wanted: Array<CopiedStream | { kind: 'encode'; from: string }>,
  copied: Array<PlacedStream | undefined>,
  file: OpenFileOutput,
): Consumer {
  return {
    packet(packet, input) {
      for (const [index, source] of copied.entries()) {
        if (source?.input === input && source.stream.index === packet.streamIndex) file.copy(index, packet)
      }
    },
    frame(sink, out) {
      for (const [index, stream] of wanted.entries()) {
        if (stream.kind === 'encode' && stream.from === sink) file.encode(index, out?.frame, out?.sink)
      }
    },
    isFull: () => file.isFull(),
    finish() {
      file.finish()
      return { kind: 'file' }
    },
  }
}

function createPacketsConsumer(
  output: PacketsOutput,
  { input: wantedInput, stream: wanted }: PlacedStream,
): Consumer {
  const result = {
    kind: 'packets' as const,
    ptsMs: [] as number[],
    durationsMs: [] as number[],
    isKey: [] as boolean[],
    sizeBytes: 0,
  }
  const unitMs = (wanted.timeBase.num * 1000) / wanted.timeBase.den
  const filter = output.bitstreamFilter ? openBitstreamFilter(output.bitstreamFilter, wanted) : undefined
  const filtered = new Packet()
  filtered.alloc()

  function note(packet: Packet): void {
    result.ptsMs.push(Number(packet.pts) * unitMs)
    result.durationsMs.push(Number(packet.duration) * unitMs)
    result.isKey.push(packet.isKeyframe)
    result.sizeBytes += packet.size
  }

  return {
    packet(packet, input) {
      if (input !== wantedInput || packet.streamIndex !== wanted.index) return
      if (!filter) return note(packet)
      const copy = packet.clone()
      check(filter.sendPacketSync(copy), 'Filtering packets')
      copy?.free()
      while (filter.receivePacketSync(filtered) >= 0) {
        note(filtered)
        filtered.unref()
      }
    },
    finish: () => result,
  }
}

function openBitstreamFilter(description: string, stream: Stream): BitStreamFilterContext {
  const [name = '', options = ''] = description.split(/=(.*)/s)
  const found = BitStreamFilter.getByName(name)
  if (!found) throw new TypeError(`There is no bitstream filter "${name}"`)
  const context = hold(new BitStreamFilterContext())
  check(context.alloc(found), `Preparing ${name}`)
  stream.codecpar.copy(context.inputCodecParameters!)
  context.inputTimeBase = stream.timeBase
  for (const option of options.split(':').filter(Boolean)) {
    const [key = '', value = ''] = option.split(/=(.*)/s)
    check(context.setOption(key, value), `Setting ${key} of ${name}`)
  }
  check(context.init(), `Starting ${name}`)
  return context
}
