import { text } from 'node:stream/consumers'
import type { ObjectStorage } from '../../../providers/storage/index.ts'
import type { TranscodeUpdate } from '../../../providers/transcode/index.ts'
import { mediaErrors } from '../errors.ts'
import type { Package, Rendition } from '../package.ts'

/**
 * The record of a package that a service has written into the bucket: what its multivariant playlist offers, with the
 * sizes that the service reported. Fails with `media.badPackage` when the playlist is not there or offers nothing.
 */
export async function readRemotePackage(
  storage: ObjectStorage,
  input: { prefix: string; done: TranscodeUpdate; segmentMs: number; durationMs: number; service: string },
): Promise<Package> {
  const { prefix, done } = input
  const hls = nameBelow(prefix, done.hlsKey)
  const dash = nameBelow(prefix, done.dashKey)
  if (!hls || !(await storage.head(prefix + hls))) {
    throw mediaErrors.badPackage(`${input.service} says it is done, but the playlist is not there.`)
  }
  const playlist = await text((await storage.get(prefix + hls)).body)
  const renditions = readVariants(playlist, input.durationMs)
  if (renditions.length === 0) throw mediaErrors.badPackage('The playlist of the package offers no picture.')
  let sizeBytes = 0
  for (let cursor: string | undefined; ;) {
    const page = await storage.list(prefix, cursor === undefined ? {} : { cursor })
    sizeBytes += page.objects.reduce((sum, object) => sum + object.sizeBytes, 0)
    if (page.cursor === undefined) break
    cursor = page.cursor
  }
  return {
    hls,
    dash: dash && (await storage.head(prefix + dash)) ? dash : null,
    renditions,
    audio: null,
    captions: [],
    thumbnails: null,
    encrypted: false,
    segmentMs: input.segmentMs,
    durationMs: done.outputs?.[0]?.durationMs || input.durationMs,
    sizeBytes,
    cpuMs: 0,
    notes: [`Made by ${input.service}.`],
  }
}

function nameBelow(prefix: string, key: string | undefined): string | undefined {
  return key?.startsWith(prefix) ? key.slice(prefix.length) : undefined
}

/** The variants with a picture that a multivariant playlist names. */
export function readVariants(playlist: string, durationMs: number): Rendition[] {
  const lines = playlist.split(/\r?\n/)
  return lines.flatMap((line, index) => {
    const uri = lines.slice(index + 1).find((next) => next !== '' && !next.startsWith('#'))
    const size = /RESOLUTION=(\d+)x(\d+)/.exec(line)
    if (!line.startsWith('#EXT-X-STREAM-INF:') || !size || !uri) return []
    const number = (name: string) => Number(new RegExp(`[:,]${name}=([\\d.]+)`).exec(line)?.[1] ?? 0)
    const [width, height] = [Number(size[1]), Number(size[2])]
    const codecs = /CODECS="([^"]*)"/.exec(line)?.[1]?.split(',') ?? []
    const frameRate = number('FRAME-RATE')
    return [
      {
        name: `${Math.min(width, height)}p`,
        playlist: uri,
        width,
        height,
        bitrate: number('BANDWIDTH'),
        averageBitrate: number('AVERAGE-BANDWIDTH') || number('BANDWIDTH'),
        codec: codecs.find((codec) => codec.startsWith('avc1')) ?? codecs[0] ?? '',
        frameRate,
        frames: Math.round((durationMs / 1000) * frameRate),
        segments: 0,
        durationMs,
        copied: false,
      },
    ]
  })
}
