import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cutClip } from '../src/capabilities/clips/index.ts'
import { analyzeMedia, packageMedia, probeMedia } from '../src/capabilities/media/index.ts'
import { packagePlan, packetScanPlan } from '../src/capabilities/media/package-plan.ts'
import { createLibraryEngine, type MediaEngine } from '../src/platform/ffmpeg/engine.ts'
import { runMediaChild } from '../src/platform/ffmpeg/child.ts'
import type { Line } from './line.ts'
import { makeBenchRecording } from './media.ts'

const recordingChild = new URL('./make-recording-child.ts', import.meta.url)

/** What the parts of one piece of work took together. */
type Taken = { wallMs: number; cpuMs: number; peakRssBytes: number }

/**
 * The main job without the product around it: a 10-minute 1080p recording to analysis, ladder and three clips of 20 s,
 * one after the other, with both cores.
 */
export async function benchPipeline(options: { seconds?: number } = {}): Promise<Line[]> {
  const { seconds = 600 } = options
  const dir = await mkdtemp(join(tmpdir(), 'creatorops-pipeline-'))
  try {
    const path = await makeBenchRecording(join(dir, 'source.mp4'), seconds)
    const watch = watchEngine()
    const startedAt = performance.now()
    const probe = await probeMedia(watch, { path })
    const analysis = await watch.take(() => analyzeMedia(watch, { path, outDir: join(dir, 'a'), probe }))
    const ladder = await watch.take(() => packageMedia(watch, { path, outDir: join(dir, 'p'), probe }))
    const clipsStartedMs = performance.now()
    const lengthMs = Math.min(20_000, (seconds * 1000) / 8)
    let clipCpuMs = 0
    for (const [index, share] of [0.1, 0.4, 0.7].entries()) {
      const startMs = seconds * 1000 * share
      const outPath = join(dir, `clip-${index}.mp4`)
      const receipt = await cutClip({ sourcePath: path, outPath, startMs, endMs: startMs + lengthMs })
      clipCpuMs += receipt.cpuMs
    }
    const clipsMs = performance.now() - clipsStartedMs
    const totalMs = performance.now() - startedAt

    // What x264 alone costs of the ladder: the same work again without it, taken away.
    const renditions = ladder.result.renditions
    const rungs = renditions.map(({ name, width, height }) => ({ name, width, height, maxBitRate: 1 }))
    const plan = packagePlan(probe, { path, outDir: dir, rungs, copyTop: renditions[0]!.copied })
    const video = plan.graphs.filter(({ media }) => media === 'video')
    const scaled = await watch.take(() =>
      watch.engine.run({
        ...plan,
        graphs: video,
        outputs: video.flatMap(({ sinks }) =>
          sinks.map((from) => ({ kind: 'metadata', media: 'video', from, keys: [] }) as const),
        ),
      }),
    )
    const floor = (ladder.cpuMs - scaled.cpuMs) / ladder.cpuMs
    const names = renditions.map(({ name, copied }) => (copied ? `${name} copied` : name)).join(', ')
    const of = `of ${seconds} s`
    return [
      {
        what: `pipeline ${of} of 1080p30: analysis, ladder, 3 clips`,
        value: totalMs / 1000,
        unit: 's',
        target: seconds === 600 ? '< 300 s' : undefined,
        isMet: seconds === 600 ? totalMs < 300_000 : undefined,
        note: names,
      },
      { what: 'pipeline, speed', value: (seconds * 1000) / totalMs, unit: '× realtime' },
      { what: 'pipeline, analysis', value: analysis.wallMs / 1000, unit: 's' },
      { what: 'pipeline, ladder', value: ladder.wallMs / 1000, unit: 's' },
      { what: 'pipeline, clips', value: clipsMs / 1000, unit: 's' },
      {
        what: 'pipeline, processor time',
        value: (analysis.cpuMs + ladder.cpuMs + clipCpuMs) / 1000,
        unit: 's',
        note: 'all media processes; on two idle cores the job takes half of it',
      },
      {
        what: 'ladder, share of x264 alone',
        value: floor * 100,
        unit: '%',
        note: 'the rest is decode, scaling, sound',
      },
      ladderMemory(ladder.peakRssBytes, `10-minute ladder`),
    ]
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** The memory of media processes on a file of many gigabytes: probe, analysis, and a copy that looks at every packet. */
export async function benchMemory(options: { seconds?: number } = {}): Promise<Line[]> {
  // 1080p with much grain: about 10 GB.
  const { seconds = 5400 } = options
  const dir = await mkdtemp(join(tmpdir(), 'creatorops-memory-'))
  try {
    const path = join(dir, 'long.mp4')
    await runMediaChild({ entry: recordingChild, job: { path, seconds }, stallMs: 900_000 })
    const size = `${((await stat(path)).size / 1e9).toFixed(1)} GB`
    const watch = watchEngine()
    const probe = await probeMedia(watch, { path })
    const analysis = await watch.take(() => analyzeMedia(watch, { path, outDir: join(dir, 'a'), probe }))
    await rm(join(dir, 'a'), { recursive: true, force: true })
    const copied = await watch.take(() =>
      watch.engine.run({
        ...packetScanPlan(probe, path),
        outputs: [
          ...packetScanPlan(probe, path).outputs,
          {
            kind: 'file',
            path: join(dir, 'out.mp4'),
            muxer: 'mp4',
            streams: [
              { kind: 'copy', input: 0, stream: 'v:0' },
              { kind: 'copy', input: 0, stream: 'a:0' },
            ],
          },
        ],
      }),
    )
    return [
      ladderMemory(analysis.peakRssBytes, `analysis of ${size}`),
      ladderMemory(copied.peakRssBytes, `copy of ${size} with a look at every packet`),
      ladderMemory(process.memoryUsage.rss(), `this process after ${size}`),
    ]
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

function ladderMemory(bytes: number, what: string): Line {
  const value = bytes / 1e6
  return { what: `memory at most, ${what}`, value, unit: 'MB', target: '< 600 MB', isMet: value < 600 }
}

function watchEngine() {
  const engine = createLibraryEngine()
  let cpuMs = 0
  let peakRssBytes = 0
  const watched: MediaEngine = {
    ...engine,
    async run(plan, options) {
      const result = await engine.run(plan, options)
      cpuMs += result.cpuMs
      peakRssBytes = Math.max(peakRssBytes, result.peakRssBytes)
      return result
    },
  }
  return {
    engine: watched,
    async take<T>(work: () => Promise<T>): Promise<Taken & { result: T }> {
      cpuMs = 0
      peakRssBytes = 0
      const startedAt = performance.now()
      const result = await work()
      return { result, wallMs: performance.now() - startedAt, cpuMs, peakRssBytes }
    },
  }
}
