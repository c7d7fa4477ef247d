import type { Storyboard } from '../storyboard/storyboard.ts'
import type { TimedScene } from './narrate-scenes.ts'
import { plain } from './read-own-script.ts'
import type { VideoScript } from './script.ts'

export type VideoSeo = {
  titles: string[]
  description: string
  tags: string[]
  keywords: string[]
  chapters: { atMs: number; title: string }[]
}

const common = new Set(
  'about after again also been before being could does each even ever every first from have into just less like made make many more most much need never next nobody only other over should since some still such than that their them then there these they this those three through under until very wait want were what when where which while will with without would your'.split(
    ' ',
  ),
)

/** Text for publishing, put together from the script itself: nothing is claimed that is not said. */
export function writeSeo(
  script: VideoScript,
  storyboard: Storyboard,
  scenes: readonly TimedScene[],
): VideoSeo {
  const title = storyboard.title
  const minutes = Math.max(
    1,
    Math.round(scenes.reduce((sum, { frames }) => sum + frames, 0) / storyboard.frameRate / 60),
  )
  const keywords = keywordsOf(script.beats.map(({ say }) => say).join(' '))
  const tags = [...new Set([...script.tags, ...keywords])].slice(0, 15)
  const bare = title.replace(/[?.!]+$/, '')
  const titles = [
    title,
    `${bare}, explained in ${minutes === 1 ? 'one minute' : `${minutes} minutes`}`,
    `${bare}: what most people miss`,
  ]
  const chapters = chaptersOf(storyboard, scenes)
  const hashtags = tags
    .slice(0, 4)
    .map((tag) => `#${tag.replace(/[^\p{L}\p{N}]+/gu, '')}`)
    .join(' ')
  const list =
    chapters.length >= 3
      ? `\n\n${chapters.map(({ atMs, title: name }) => `${stamp(atMs)} ${name}`).join('\n')}`
      : ''
  return {
    titles: [...new Set(titles)].map((one) => one.slice(0, 100)),
    description: `${script.description}${list}\n\n${hashtags}`.trim(),
    tags,
    keywords,
    chapters,
  }
}

function stamp(ms: number): string {
  return `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1_000) % 60).padStart(2, '0')}`
}

/** Words that come up more than once or are long, the most frequent first. */
function keywordsOf(text: string): string[] {
  const counts = new Map<string, number>()
  for (const word of plain(text)
    .toLowerCase()
    .match(/\p{L}{4,}/gu) ?? []) {
    if (!common.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  return [...counts]
    .toSorted((a, b) => b[1] - a[1] || b[0].length - a[0].length)
    .slice(0, 12)
    .map(([word]) => word)
}

/** Chapters at least ten seconds apart, as the platforms want them. */
function chaptersOf(storyboard: Storyboard, scenes: readonly TimedScene[]): VideoSeo['chapters'] {
  const chapters: VideoSeo['chapters'] = []
  for (const { scene, startFrame } of scenes) {
    const atMs = Math.round((startFrame * 1000) / storyboard.frameRate)
    const name = headingOf(scene)
    if (!name || (chapters.length > 0 && atMs - chapters.at(-1)!.atMs < 10_000)) continue
    chapters.push({ atMs, title: name.replaceAll('*', '').slice(0, 80) })
  }
  return chapters
}

function headingOf(scene: TimedScene['scene']): string | undefined {
  if ('title' in scene && scene.title) return scene.title
  if (scene.kind === 'title' || scene.kind === 'end' || scene.kind === 'quote') return scene.text
  if (scene.kind === 'number') return scene.label
  if (scene.kind === 'split') return `${scene.left.label} and ${scene.right.label}`
  return scene.kind === 'compare' ? `${scene.before.label}, ${scene.after.label}` : undefined
}
