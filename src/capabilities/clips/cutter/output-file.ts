import { type CodecParameters, Dictionary, FormatContext, type Packet, Rational } from 'node-av/lib'
import type { TimeBase } from './cut-plan.ts'
import { check } from './libav.ts'

export type OutputTrack = { parameters: CodecParameters; timeBase: TimeBase; language?: string; tag?: string }

export type OutputFile = {
  /** Takes the packet; its times are in ticks of the track's own clock. */
  write(track: number, packet: Packet): void
  /** Writes the index and closes. Without it the file is no video. */
  finish(): void
}

/** Starts an MP4 file whose index will come first, so that a browser can play it while it loads. */
export function createMp4(path: string, tracks: readonly OutputTrack[]): OutputFile {
  const format = new FormatContext()
  check(format.allocOutputContext2(null, 'mp4', `file:${path}`), 'Starting the MP4 file')
  const streams = tracks.map((track) => {
    const stream = format.newStream(null)
    check(track.parameters.copy(stream.codecpar), 'Describing a track')
    stream.codecpar.codecTag = track.tag ?? 0
    stream.timeBase = new Rational(track.timeBase.num, track.timeBase.den)
    if (track.language) stream.metadata = Dictionary.fromObject({ language: track.language })
    return stream
  })
  check(format.openOutputSync(), 'Creating the MP4 file')
  // Set one by one: a dictionary given to the library may be freed twice by node-av 6.1.
  check(format.setOption('movflags', '+faststart'), 'Starting the MP4 file')
  const { num, den } = tracks[0]!.timeBase
  // The source's own clock, so that no time is rounded.
  if (num === 1) check(format.setOption('video_track_timescale', String(den)), 'Starting the MP4 file')
  check(format.writeHeaderSync(null), 'Starting the MP4 file')
  const clocks = streams.map((stream) => stream.timeBase)
  return {
    write(track, packet) {
      packet.streamIndex = track
      packet.rescaleTs(tracks[track]!.timeBase, clocks[track]!)
      check(format.interleavedWriteFrameSync(packet), 'Writing the MP4 file')
      packet.free()
    },
    finish() {
      check(format.writeTrailerSync(), 'Finishing the MP4 file')
      format.closeOutputSync()
      format.freeContext()
    },
  }
}
