import type { RawPackets, RawProbe, RawStream } from '../../platform/ffmpeg/raw-probe.ts'
import type { Rational } from '../../platform/ffmpeg/plan.ts'
import type { ContainerClaims } from './container-claims.ts'
import { uprightSize } from './picture.ts'
import type { AudioTrack, DynamicRange, Integrity, Probe, VideoTrack } from './probe.ts'

/** Judges what the engine read. Pure. */
export function readProbe(raw: RawProbe, claims: ContainerClaims = { isCutOff: false }): Probe {
  const moving = raw.streams.filter((stream) => stream.kind === 'video' && !stream.isAttachedPicture)
  const durationMs = Math.round(realDurationMs(raw))
  const declaredDurationMs = Math.max(raw.declaredDurationMs ?? 0, claims.durationMs ?? 0) || undefined
  const video = moving.map((stream) => videoTrack(stream, raw, durationMs, moving.length))
  const audio = raw.streams.filter((stream) => stream.kind === 'audio').map(audioTrack)
  const first = video[0]
  const probe: Omit<Probe, 'notes'> = {
    container: raw.container,
    sizeBytes: raw.sizeBytes,
    durationMs,
    declaredDurationMs: declaredDurationMs && Math.round(declaredDurationMs),
    bitRate: raw.bitRate,
    video,
    audio,
    subtitles: raw.streams
      .filter((stream) => stream.kind === 'subtitle')
      .map(({ codec, language }) => ({ codec, language })),
    width: first?.width ?? 0,
    height: first?.height ?? 0,
    rotation: first?.rotation ?? 0,
    hdr: first !== undefined && first.dynamicRange !== 'sdr',
    hasVideo: video.length > 0,
    hasAudio: audio.length > 0,
    hasCoverArt: raw.streams.some((stream) => stream.isAttachedPicture),
    integrity: judgeIntegrity(raw, claims, declaredDurationMs),
  }
  return { ...probe, notes: notesAbout(probe) }
}

function realDurationMs(raw: RawProbe): number {
  const { packets, declaredDurationMs = 0 } = raw
  if (packets.videoPackets + packets.audioPackets === 0) return 0
  // The picture decides: sound often runs on for a fraction of a frame.
  const seen = packets.lastVideoEndMs ?? packets.lastEndMs
  const isNearDeclared = Math.abs(declaredDurationMs - seen) < 100
  return isNearDeclared || seen <= 0 ? Math.max(seen, 0) : Math.max(seen, packets.lastEndMs)
}

function videoTrack(stream: RawStream, raw: RawProbe, durationMs: number, tracks: number): VideoTrack {
  const video = stream.video!
  const variableFrameRate = isVariable(raw.packets, video.averageFrameRate, video.realFrameRate)
  const frameRate = frameRateOf(video.averageFrameRate, video.realFrameRate, variableFrameRate)
  const counted = raw.packets.isComplete && tracks === 1 ? raw.packets.videoPackets : stream.frames
  return {
    codec: stream.codec,
    ...uprightSize(video),
    codedWidth: video.width,
    codedHeight: video.height,
    frameRate,
    rotation: video.rotation,
    frames: counted || Math.round((durationMs * frameRate.num) / (frameRate.den * 1000)),
    variableFrameRate,
    pixelFormat: video.pixelFormat,
    bitDepth: bitDepthOf(video.pixelFormat),
    dynamicRange: dynamicRangeOf(video.transfer),
    bitRate: stream.bitRate || raw.bitRate,
  }
}

function audioTrack(stream: RawStream): AudioTrack {
  return {
    codec: stream.codec,
    sampleRate: stream.audio!.sampleRate,
    channels: stream.audio!.channels,
    bitRate: stream.bitRate,
    isDefault: stream.isDefault,
    language: stream.language,
  }
}

function frameRateOf(average: Rational, real: Rational, isUneven: boolean): Rational {
  const ratio = (average.num * real.den) / (average.den * real.num)
  // The average of fragmented files counts the sound as well; the rate between frames is then the true one.
  if (!isUneven && Math.abs(ratio - 1) < 0.02) return real
  if (average.num > 0 && average.den > 0) return average
  return real.num > 0 && real.den > 0 ? real : { num: 25, den: 1 }
}

/** Bits of one component, from FFmpeg's pixel format name: `yuv420p10le` → 10. */
export function bitDepthOf(pixelFormat: string): number {
  const depth = /p(9|10|12|14|16)(?:le|be)?$/.exec(pixelFormat) ?? /^p0(10|12|16)/.exec(pixelFormat)
  return depth ? Number(depth[1]) : 8
}

function dynamicRangeOf(transfer: string): DynamicRange {
  if (transfer === 'smpte2084') return 'pq'
  return transfer === 'arib-std-b67' ? 'hlg' : 'sdr'
}

/** Whether frames come at uneven times. Containers that count in milliseconds may be off by one without being uneven. */
export function isVariable(
  packets: Pick<RawPackets, 'headPtsMs'>,
  average: Rational,
  real: Rational,
): boolean {
  const times = [...packets.headPtsMs].sort((a, b) => a - b)
  const gaps = times.slice(1).map((time, index) => time - times[index]!)
  if (gaps.length < 3) return false
  const median = [...gaps].sort((a, b) => a - b)[Math.floor(gaps.length / 2)]!
  const uneven = gaps.filter((gap) => Math.abs(gap - median) > Math.max(1.5, median * 0.05)).length
  if (uneven >= 2 && uneven > gaps.length * 0.02) return true
  // The average is over the whole file, so it shows what the head does not.
  const ratio = (average.num * real.den) / (average.den * real.num)
  const medianRate = 1000 / median
  const averageRate = average.num / average.den
  const isFarFromHead = Math.abs(averageRate - medianRate) > Math.max(0.02 * medianRate, 0.1)
  return Number.isFinite(ratio) && Math.abs(ratio - 1) > 0.02 && isFarFromHead
}

/** How much of the declared length may be missing before it is a fault: muxers round, and sound may end early. */
function toleranceMs(declaredMs: number): number {
  return Math.max(1_000, declaredMs * 0.02)
}

function judgeIntegrity(
  raw: RawProbe,
  claims: ContainerClaims,
  declaredDurationMs: number | undefined,
): Integrity {
  const { packets } = raw
  if (claims.isCutOff) return 'truncated'
  if (packets.videoPackets + packets.audioPackets === 0 || declaredDurationMs === undefined) {
    return packets.endedBroken ? 'truncated' : 'whole'
  }
  const missingMs = declaredDurationMs - packets.lastEndMs
  if (packets.endedBroken && missingMs > 100) return 'truncated'
  if (missingMs <= toleranceMs(declaredDurationMs)) return 'whole'
  // MP4 and its kin list every packet: when the file is whole and so is its list, only the claim is wrong.
  return raw.container.includes('mp4') ? 'overstated' : 'truncated'
}

function notesAbout(probe: Omit<Probe, 'notes'>): string[] {
  const notes: string[] = []
  const first = probe.video[0]
  if (first?.rotation) notes.push(`The picture is stored turned by ${first.rotation}° and is shown upright.`)
  if (first?.variableFrameRate) notes.push('Frames come at uneven times; their times are kept.')
  if (probe.hdr) notes.push('The picture is high dynamic range; renditions are converted to standard range.')
  if (probe.video.length > 1) notes.push(`Of ${probe.video.length} video tracks the first is used.`)
  if (probe.audio.length > 1) notes.push(`Of ${probe.audio.length} audio tracks the first is used.`)
  if (probe.hasCoverArt) notes.push('A cover picture in the file is not counted as video.')
  const lateMs = (first && probe.declaredDurationMs ? probe.declaredDurationMs - probe.durationMs : 0) || 0
  if (probe.integrity === 'whole' && lateMs > 100) {
    notes.push(`The file says it is ${lateMs} ms longer than its pictures.`)
  }
  return notes
}
