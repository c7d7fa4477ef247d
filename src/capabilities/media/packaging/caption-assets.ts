import { readFile } from 'node:fs/promises'
import type { StepContext } from '../../../platform/durable/index.ts'
import { type AssetDeps, getAsset, storageKeyOf, withAssetFile } from '../../assets/index.ts'
import { parseSrt, parseVtt } from '../captions/parse-captions.ts'
import type { CaptionTrack } from './caption-track.ts'
import type { PackageWish } from './package-workflow.ts'

type Step = Pick<StepContext, 'actor' | 'signal'>

/** Reads the stored caption files of a package. WebVTT says so in its first line; everything else is SubRip. */
export async function readCaptionTracks(
  deps: AssetDeps,
  { actor, signal }: Step,
  wish: PackageWish,
): Promise<CaptionTrack[]> {
  const tracks: CaptionTrack[] = []
  for (const { assetId, language, name } of wish.captions ?? []) {
    const content = await withAssetFile(deps, { actor, assetId, signal }, (path) => readFile(path, 'utf8'))
    const isVtt = /^\uFEFF?WEBVTT/.test(content)
    tracks.push({ language, name, cues: isVtt ? parseVtt(content) : parseSrt(content) })
  }
  return tracks
}

/** Where a service finds the same files. */
export async function captionKeys(deps: AssetDeps, { actor }: Step, wish: PackageWish) {
  const wanted = wish.captions ?? []
  return Promise.all(
    wanted.map(async ({ assetId, language, name }) => {
      const file = await getAsset(deps, { actor, assetId })
      const format = file.contentType.startsWith('text/vtt') ? ('vtt' as const) : ('srt' as const)
      return { key: await storageKeyOf(deps, { assetId, actor }), format, language, name }
    }),
  )
}
