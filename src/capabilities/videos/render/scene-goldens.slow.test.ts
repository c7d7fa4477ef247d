import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { sceneKinds } from '../storyboard/scene-schemas.ts'
import {
  colourDistance,
  goldenNames,
  type Likeness,
  likenessOf,
  structuralLikeness,
} from './likeness-fixture.ts'
import { sampleScenes } from './sample-scenes.ts'

const path = new URL('./scene-goldens.json', import.meta.url)
// Look at the scenes first: WRITE_GOLDENS=1 takes whatever is drawn now for right.
if (process.env['WRITE_GOLDENS']) {
  const drawn = goldenNames().map(
    ({ name, scene, theme, shape }) => [name, likenessOf(scene, theme, shape)] as const,
  )
  writeFileSync(
    path,
    `{\n${drawn.map(([name, likeness]) => `${JSON.stringify(name)}: ${JSON.stringify(likeness)}`).join(',\n')}\n}\n`,
  )
}

describe('drawn scenes look as they did when somebody looked at them', () => {
  const goldens = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Likeness>

  test('every kind is among the samples', () => {
    const shown = new Set(sampleScenes.map(({ kind }) => kind))
    // Clips are drawn by the code of images, from the frames of a file.
    assert.deepEqual(
      sceneKinds.filter((kind) => kind !== 'clip' && !shown.has(kind)),
      [],
    )
  })

  test('each kind in each theme in both shapes', () => {
    const names = goldenNames()
    assert.deepEqual(Object.keys(goldens).toSorted(), names.map(({ name }) => name).toSorted())
    const unlike = names.flatMap(({ name, scene, theme, shape }) => {
      const drawn = likenessOf(scene, theme, shape)
      const structure = structuralLikeness(drawn, goldens[name]!)
      const colour = colourDistance(drawn, goldens[name]!)
      return structure < 0.92 || colour > 6
        ? [`${name}: structure ${structure.toFixed(3)}, colour ${colour.toFixed(1)}`]
        : []
    })
    assert.deepEqual(unlike, [])
  })

  test('two different scenes are told apart', () => {
    const [title, bullets] = sampleScenes
    const distance = structuralLikeness(
      likenessOf(title!, 'midnight', 'tall'),
      likenessOf(bullets!, 'midnight', 'tall'),
    )
    assert.ok(distance < 0.85, `they are ${distance} alike`)
  })
})
