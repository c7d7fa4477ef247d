import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { missingGlyphs } from '../render/typefaces.ts'
import { sceneText } from '../render/node-kit.ts'
import type { MediaFile } from '../render/render-job.ts'
import { checkPicture } from '../storyboard/picture-size.ts'
import type { Storyboard } from '../storyboard/storyboard.ts'
import { videoErrors } from '../errors.ts'

/**
 * Looks at everything a storyboard needs before anything is spoken or drawn: its files, and a glyph for every
 * character. Paths count from `folder`. Fails with `videos.missingMedia`, `videos.badPicture` or `videos.noGlyphs`.
 */
export async function checkFiles(storyboard: Storyboard, folder: string): Promise<Map<string, MediaFile>> {
  const files = new Map<string, MediaFile>()
  for (const media of storyboard.media) {
    if (!media.path) throw videoErrors.missingMedia(`"${media.id}" has no file on this machine.`)
    const path = resolve(folder, media.path)
    if (media.kind === 'image') await checkPicture(path)
    else {
      await stat(path).catch((cause: unknown) => {
        throw videoErrors.missingMedia(`The clip ${path} cannot be read.`, { cause })
      })
    }
    files.set(media.id, { id: media.id, kind: media.kind, path })
  }
  const texts = storyboard.scenes.map(
    (scene) => `${sceneText(scene)} ${scene.kind === 'code' ? '' : (scene.narration ?? '')}`,
  )
  const missing = missingGlyphs(texts.join(' '), storyboard.language)
  if (missing.length > 0) {
    throw videoErrors.noGlyphs(`No typeface here has ${missing.slice(0, 12).join(' ')}.`, {
      detail: { missing: missing.slice(0, 100) },
    })
  }
  return files
}
