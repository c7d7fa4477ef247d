import { Frame, Packet, type Stream } from 'node-av/lib'
import { AVMEDIA_TYPE_VIDEO } from 'node-av/constants'
import { isAgain, isEnd, noTime } from './av-check.ts'
import { createConsumer, type PlacedStream } from './av-consumers.ts'
import { createRunningGraph, type RunningGraph } from './av-graph.ts'
import { findStream, openDecoder, openPlanInput } from './av-input.ts'
import type { MediaChildTools } from './serve-child.ts'
import { defaultThreads, type MediaPlan, type PlanResult } from './plan.ts'

/**
 * Runs a plan inside this process by the library's own demux, decode, filter, encode and mux calls.
 * Blocking on purpose: it lives in a media child, where the low-level calls cost what FFmpeg's own program costs.
 */
export async function runPlanWithLibrary(
  plan: MediaPlan,
  tools: MediaChildTools,
): Promise<Pick<PlanResult, 'outputs' | 'decodeErrors'>> {
  const threads = plan.threads ?? defaultThreads
  const inputs = plan.inputs.map(openPlanInput)
  const place = (input: number, name: string): PlacedStream => {
    const stream = findStream(inputs[input]!.context, name)
    inputs[input]!.use(stream)
    return { input, stream }
  }
  const consumers = plan.outputs.map((output) => createConsumer(output, place, threads))
  const routes = inputs.map(() => new Map<number, Route>())
  const generators: RunningGraph[] = []
  for (const graph of plan.graphs) {
    const sources = graph.sources.map((source) => {
      const { stream } = place(source.input, source.stream)
      const route = (routes[source.input]!.get(stream.index) ??
        createRoute(
          stream,
          openDecoder(stream, threads, inputs[source.input]!.keyframesOnly),
          inputs[source.input]!.dropBeforeMs,
        )) as Route
      routes[source.input]!.set(stream.index, route)
      return { label: source.label, stream, decoder: route.decoder, route }
    })
    const running = createRunningGraph(graph, sources, threads, (sink, out) => {
      for (const consumer of consumers) consumer.frame?.(sink, out)
    })
    if (sources.length === 0) generators.push(running)
    for (const { label, route } of sources) route.targets.push({ label, graph: running })
  }

  let decodeErrors = 0
  const packet = new Packet()
  packet.alloc()
  const isFull = () => consumers.every((consumer) => consumer.isFull?.() ?? false)
  // The input that is furthest behind goes next: a graph with two sources would otherwise hold all of the first.
  const streams = inputs.map((input) => input.context.streams)
  const behindMs = new Map(inputs.map((_, index) => [index, Number.NEGATIVE_INFINITY]))
  while (behindMs.size > 0 && !isFull()) {
    const index = leastOf(behindMs)
    const input = inputs[index]!
    if (!input.read(packet)) {
      for (const route of routes[index]!.values()) decodeErrors += route.decode(undefined)
      behindMs.delete(index)
      continue
    }
    const stream = streams[index]![packet.streamIndex]!
    for (const consumer of consumers) consumer.packet?.(packet, index)
    const route = routes[index]!.get(packet.streamIndex)
    const isWanted = !input.keyframesOnly || packet.isKeyframe || !route?.isVideo
    if (route && isWanted) decodeErrors += route.decode(packet)
    const atMs = packetMs(packet, stream)
    if (atMs === undefined) continue
    behindMs.set(index, atMs - input.dropBeforeMs)
    await tools.progress(progressAt(atMs, input.dropBeforeMs, plan.durationMs))
  }
  await runGenerators(generators, isFull, plan, tools)
  return { outputs: consumers.map((consumer) => consumer.finish()), decodeErrors }
}

/** Lets graphs without sources make their frames, the one that is furthest behind first, so that sound and picture stay together. */
async function runGenerators(
  graphs: RunningGraph[],
  isFull: () => boolean,
  plan: MediaPlan,
  tools: MediaChildTools,
): Promise<void> {
  const running = new Map(graphs.map((graph) => [graph, 0]))
  while (running.size > 0 && !isFull()) {
    const [graph, behindMs] = [...running].reduce((a, b) => (b[1] < a[1] ? b : a))
    const newestMs = graph.pull()
    if (newestMs === undefined) running.delete(graph)
    else running.set(graph, newestMs)
    await tools.progress(progressAt(behindMs, 0, plan.durationMs))
  }
}

function leastOf(values: Map<number, number>): number {
  let least: [number, number] | undefined
  for (const entry of values) if (!least || entry[1] < least[1]) least = entry
  return least![0]
}

function progressAt(atMs: number, startMs: number, durationMs: number | undefined) {
  const outTimeMs = Math.max(0, atMs - startMs)
  return durationMs ? { outTimeMs, percent: Math.min(100, (outTimeMs / durationMs) * 100) } : { outTimeMs }
}

function packetMs(packet: Packet, stream: Stream): number | undefined {
  const time = packet.dts === noTime ? packet.pts : packet.dts
  return time === noTime ? undefined : (Number(time) * stream.timeBase.num * 1000) / stream.timeBase.den
}

type Route = ReturnType<typeof createRoute>

/** The way of one stream's packets: its decoder, then every graph that reads it. */
function createRoute(stream: Stream, decoder: ReturnType<typeof openDecoder>, dropBeforeMs: number) {
  const targets: Array<{ label: string; graph: RunningGraph }> = []
  const frame = new Frame()
  frame.alloc()
  const unitMs = (stream.timeBase.num * 1000) / stream.timeBase.den
  const dropBefore = BigInt(Math.round(dropBeforeMs / unitMs))

  function receive(): number {
    for (;;) {
      frame.unref()
      const code = decoder.receiveFrameSync(frame)
      if (isAgain(code) || isEnd(code)) return 0
      if (code < 0) return 1
      const time = frame.bestEffortTimestamp
      if (time !== noTime) {
        if (time + 1n < dropBefore) continue
        frame.pts = time - dropBefore
      }
      for (const { label, graph } of targets) graph.push(label, frame)
    }
  }

  return {
    decoder,
    targets,
    isVideo: stream.codecpar.codecType === AVMEDIA_TYPE_VIDEO,
    /** Returns how many packets or frames were damaged. Undefined flushes. */
    decode(packet: Packet | undefined): number {
      const code = decoder.sendPacketSync(packet ?? null)
      const damaged = code < 0 && !isAgain(code) && !isEnd(code) ? 1 : 0
      const more = receive()
      if (!packet) for (const { label, graph } of targets) graph.push(label, undefined)
      return damaged + more
    },
  }
}
