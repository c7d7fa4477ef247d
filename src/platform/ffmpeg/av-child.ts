import { Codec, Filter, getFFmpegInfo, Log } from 'node-av/lib'
import { AV_LOG_ERROR } from 'node-av/constants'
import { probeWithLibrary } from './av-probe.ts'
import { runPlanWithLibrary } from './av-run.ts'
import type { EngineDescription, LibraryJob } from './engine.ts'
import { serveMediaChild } from './serve-child.ts'

// Entry file of the media child that carries the FFmpeg library.
Log.setLevel(AV_LOG_ERROR)

serveMediaChild<LibraryJob, unknown>((job, tools) => {
  if (job.kind === 'run') return runPlanWithLibrary(job.plan, tools)
  if (job.kind === 'probe') return probeWithLibrary(job.path, tools)
  return Promise.resolve(describeLibrary())
})

function describeLibrary(): EngineDescription {
  const codecs = Codec.getCodecList()
  const namesOf = (list: Codec[]) => list.map((codec) => codec.name ?? '').sort()
  return {
    version: getFFmpegInfo().version,
    encoders: namesOf(codecs.filter((codec) => codec.isEncoder())),
    decoders: namesOf(codecs.filter((codec) => codec.isDecoder())),
    filters: interestingFilters.filter((name) => Filter.getByName(name as never)),
  }
}

/** The library cannot list its filters, so the ones that plans may use are asked for by name. */
const interestingFilters = [
  'ametadata',
  'aresample',
  'ass',
  'blackdetect',
  'blurdetect',
  'drawtext',
  'ebur128',
  'fps',
  'freezedetect',
  'libvmaf',
  'loudnorm',
  'metadata',
  'overlay',
  'psnr',
  'scale',
  'scdet',
  'sidechaincompress',
  'signalstats',
  'silencedetect',
  'ssim',
  'subtitles',
  'tile',
  'tonemap',
  'transpose',
  'whisper',
  'xfade',
  'zoompan',
  'zscale',
]
