import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { contentHash } from '../storyboard/storyboard-hash.ts'
import { rendererVersion, type SceneJob, sceneEncoding, type Stage } from './render-job.ts'

/**
 * The name of a drawn scene: the hash of everything that decides its pixels, the bytes of its files included. Equal
 * names are equal frames, so such a scene is never drawn twice.
 */
export async function sceneKey(stage: Stage, scene: Omit<SceneJob, 'outPath'>): Promise<string> {
  const media = await Promise.all(
    scene.media.map(async ({ id, kind, path }) => ({ id, kind, hash: await hashOf(path) })),
  )
  const { timing: _, narration: __, id: ___, ...shown } = scene.drawing.scene
  return contentHash({
    rendererVersion,
    sceneEncoding,
    stage,
    drawing: { ...scene.drawing, scene: shown },
    frames: scene.frames,
    words: scene.words,
    peaks: scene.peaks,
    media,
  })
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

/** Gives every scene a file named by its content in `dir`, and says which are there already. */
export async function findDrawnScenes(
  dir: string,
  stage: Stage,
  scenes: readonly SceneJob[],
): Promise<{ jobs: SceneJob[]; missing: SceneJob[] }> {
  await mkdir(dir, { recursive: true })
  const jobs = await Promise.all(
    scenes.map(async (scene) => ({ ...scene, outPath: join(dir, `${await sceneKey(stage, scene)}.mp4`) })),
  )
  const isThere = await Promise.all(
    jobs.map(({ outPath }) =>
      stat(outPath).then(
        () => true,
        () => false,
      ),
    ),
  )
  const unique = new Map(jobs.filter((_, index) => !isThere[index]).map((job) => [job.outPath, job]))
  return { jobs, missing: [...unique.values()] }
}

/** Removes the scenes in `dir` that a video no longer has, and what a killed process left half written. */
export async function removeOtherScenes(dir: string, jobs: readonly SceneJob[]): Promise<void> {
  const kept = new Set(jobs.map(({ outPath }) => outPath))
  for (const name of await readdir(dir)) {
    const path = join(dir, name)
    if (!kept.has(path)) await rm(path, { recursive: true, force: true })
  }
}
