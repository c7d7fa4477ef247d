import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { analyzeMedia, analyzeSound, packageMedia, probeMedia } from '../src/capabilities/media/index.ts'
import { createLibraryEngine, type MediaEngine } from '../src/platform/ffmpeg/engine.ts'
import type { MediaPlan } from '../src/platform/ffmpeg/plan.ts'
import { makeMedia } from '../test/fixtures/media/make-media.ts'
import type { Line } from './line.ts'

export type MediaBenchOptions = {
  /** Length of the 1080p30 recording that is made for it. Default 300 s: shorter ones measure the start more than the work. */
  seconds?: number
  engine?: MediaEngine
}

/** Measures analysis and ladder against real time on 1080p30 H.264 with stereo AAC, key frames every 2 s. */
export async function benchMedia(options: MediaBenchOptions = {}): Promise<Line[]> {
  const { seconds = 300, engine = createLibraryEngine() } = options
  const dir = await mkdtemp(join(tmpdir(), 'creatorops-bench-'))
  try {
    const path = await makeBenchRecording(join(dir, 'source.mp4'), seconds)
    const analysis = await measured(engine, (watched) =>
      analyzeMedia({ engine: watched }, { path, outDir: join(dir, 'a') }),
    )
    const probe = await measured(engine, (watched) => probeMedia({ engine: watched }, { path }))
    const silence = await measured(engine, (watched) =>
      analyzeSound({ engine: watched }, { path, question: 'silence' }),
    )
    const sound = await measured(engine, (watched) =>
      analyzeSound({ engine: watched }, { path, question: 'sound' }),
    )
    const seen = await measured(engine, (watched) =>
      analyzeMedia({ engine: watched }, { path, outDir: join(dir, 'seen'), voice: false }),
    )
    const whole = await engine.run(decodeAll(path))
    const short = await makeBenchRecording(join(dir, 'short.mp4'), Math.min(seconds, 30))
    const ladder = await measured(engine, (watched) =>
      packageMedia({ engine: watched }, { path: short, outDir: join(dir, 'p') }),
    )
    const ladderSeconds = Math.min(seconds, 30)
    const copied = ladder.result.renditions.filter((one) => one.copied).map((one) => one.name)
    const names = ladder.result.renditions.map((one) => one.name).join(' + ')
    return [
      row('probe', probe.wallMs, 'ms'),
      judgedSpeed('analysis of 1080p30', (seconds * 1000) / analysis.wallMs, 50),
      row(
        'analysis, CPU time',
        (seconds * 1000) / analysis.cpuMs,
        '× realtime per core',
        'without the voice detector',
      ),
      judgedSpeed('silence and loudness alone, per core', (seconds * 1000) / sound.cpuMs, 250),
      judgedSpeed('silence alone, per core', (seconds * 1000) / silence.cpuMs, 800),
      {
        ...row(
          'pictures (contact sheet, poster, sprites), CPU of a full decode',
          (seen.cpuMs - sound.cpuMs) / whole.cpuMs,
          '×',
        ),
        target: '≤ 0.05',
        isMet: seen.cpuMs - sound.cpuMs <= whole.cpuMs / 20,
      },
      row('analysis, peak memory of the child', analysis.peakRssBytes / 1e6, 'MB'),
      row(
        `ladder ${names}`,
        (ladderSeconds * 1000) / ladder.wallMs,
        '× realtime',
        `copied: ${copied.join(', ') || 'none'}`,
      ),
      row('ladder, CPU time', (ladderSeconds * 1000) / ladder.cpuMs, '× realtime per core'),
      row('ladder, peak memory of the child', ladder.peakRssBytes / 1e6, 'MB'),
    ]
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** Every picture decoded and looked at no further. */
function decodeAll(path: string): MediaPlan {
  return {
    inputs: [{ path }],
    graphs: [
      {
        media: 'video',
        sources: [{ label: 'in', input: 0, stream: 'v:0' }],
        filters: '[in]null[out]',
        sinks: ['out'],
      },
    ],
    outputs: [{ kind: 'metadata', media: 'video', from: 'out', keys: [], everyMs: 60_000 }],
  }
}

/** A recording that costs what a real one costs to decode: a moving picture with grain, at about 4 Mbit/s. */
export function makeBenchRecording(path: string, seconds: number): Promise<string> {
  return makeMedia({
    path,
    seconds,
    picture: `testsrc2=size=1920x1080:rate=30:duration=${seconds},noise=alls=6:allf=t`,
    sound: '0.3*sin(220*2*PI*t)*lt(mod(t,5),4)',
    video: {
      keyEveryMs: 2_000,
      options: { preset: 'ultrafast', crf: '30', maxrate: '5M', bufsize: '8M', bf: '2' },
    },
  })
}

async function measured<T>(engine: MediaEngine, work: (engine: MediaEngine) => Promise<T>) {
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
  const startedAt = performance.now()
  const result = await work(watched)
  return { result, wallMs: performance.now() - startedAt, cpuMs: Math.max(1, cpuMs), peakRssBytes }
}

function row(what: string, value: number, unit: string, note?: string): Line {
  return { what, value, unit, ...(note ? { note } : {}) }
}

function judgedSpeed(what: string, value: number, least: number): Line {
  return { ...row(what, value, '× realtime'), target: `≥ ${least}, cores idle`, isMet: value >= least }
}
