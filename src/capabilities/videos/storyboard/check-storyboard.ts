import type { z } from 'zod'
import { FormulaError, parseFormula } from '../scenes/formula.ts'
import { layersOf } from '../scenes/kinds/flow.ts'
import { videoErrors } from '../errors.ts'
import type { Scene } from './scene-schemas.ts'
import { type Storyboard, storyboardSchema } from './storyboard.ts'

/**
 * Reads a storyboard from foreign JSON: its schema, and what a schema cannot say. Defaults are filled in.
 *
 * Fails with `videos.badStoryboard`, `videos.missingMedia`, `videos.cyclic` or `videos.badFormula`; the message names
 * the scene and `detail.issues` every place.
 */
export function checkStoryboard(input: unknown): Storyboard {
  const read = storyboardSchema.safeParse(input)
  if (!read.success) {
    const issues = read.error.issues.slice(0, 20).map(describeIssue)
    throw videoErrors.badStoryboard(`The storyboard does not fit: ${issues[0]}`, { detail: { issues } })
  }
  const storyboard = read.data
  const ids = new Set<string>()
  for (const scene of storyboard.scenes) {
    if (ids.has(scene.id)) throw videoErrors.badStoryboard(`Two scenes have the id "${scene.id}".`)
    ids.add(scene.id)
    checkScene(storyboard, scene)
  }
  const logo = storyboard.brand?.logo
  if (logo !== undefined) needMedia(storyboard, 'The brand', logo, 'image')
  return storyboard
}

function describeIssue(issue: z.core.$ZodIssue): string {
  return `${issue.path.join('.') || 'storyboard'}: ${issue.message}`
}

function checkScene(storyboard: Storyboard, scene: Scene): void {
  const where = `Scene "${scene.id}"`
  for (const media of mediaOf(scene))
    needMedia(storyboard, where, media, scene.kind === 'clip' ? 'video' : undefined)
  const isSilent = (scene.narration ?? '').trim() === ''
  if (scene.timing.mode === 'narration' && isSilent) {
    throw videoErrors.badStoryboard(
      `${where} follows its narration, but has none. Give it one, or the timing {"mode":"fixed","durationMs":4000}.`,
    )
  }
  if (scene.kind === 'flow') {
    const nodes = new Set(scene.nodes.map(({ id }) => id))
    if (nodes.size < scene.nodes.length) throw videoErrors.badStoryboard(`${where} names a node twice.`)
    const lost = scene.edges.flatMap(({ from, to }) => [from, to]).find((id) => !nodes.has(id))
    if (lost !== undefined)
      throw videoErrors.badStoryboard(`${where} has an arrow to "${lost}", which is no node.`)
    if (scene.layout === 'layers' && layersOf(scene.nodes, scene.edges) === undefined) {
      throw videoErrors.cyclic(`The arrows of ${where} run in a circle.`)
    }
  }
  if (scene.kind === 'equation') scene.steps.forEach((step) => checkFormula(where, step))
  if (scene.kind === 'chart' && scene.chart === 'pie' && scene.data.some(({ value }) => value < 0)) {
    throw videoErrors.badStoryboard(`${where} is a pie with a negative part.`)
  }
}

function checkFormula(where: string, step: string): void {
  try {
    parseFormula(step)
  } catch (cause) {
    if (cause instanceof FormulaError) throw videoErrors.badFormula(`${where}: ${cause.message}.`, { cause })
    throw cause
  }
}

/** The files that a scene shows. */
export function mediaOf(scene: Scene): string[] {
  const sides =
    scene.kind === 'compare'
      ? [scene.before, scene.after]
      : scene.kind === 'split'
        ? [scene.left, scene.right]
        : []
  const own = 'media' in scene ? scene.media : undefined
  return [own, ...sides.map(({ media }) => media)].filter((media) => media !== undefined)
}

function needMedia(storyboard: Storyboard, where: string, id: string, kind?: 'image' | 'video'): void {
  const found = storyboard.media.find((media) => media.id === id)
  if (!found) throw videoErrors.missingMedia(`${where} shows "${id}", which "media" does not list.`)
  if (kind && found.kind !== kind)
    throw videoErrors.missingMedia(`${where} needs a ${kind}, but "${id}" is not one.`)
}
