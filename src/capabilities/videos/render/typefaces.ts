import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { GlobalFonts } from '@napi-rs/canvas'
import { coveredBy } from './font-coverage.ts'
import type { FontRole } from '../scenes/kit.ts'
import type { FontFamily } from '../scenes/themes.ts'

const require = createRequire(import.meta.url)

type Face = { package: string; family: string; suffix: string }

const faces = {
  Inter: { package: '@fontsource-variable/inter', family: 'Inter', suffix: 'wght-normal' },
  'Bricolage Grotesque': {
    package: '@fontsource-variable/bricolage-grotesque',
    family: 'Bricolage Grotesque',
    suffix: 'wght-normal',
  },
  Fraunces: { package: '@fontsource-variable/fraunces', family: 'Fraunces', suffix: 'wght-normal' },
  'Space Grotesk': {
    package: '@fontsource-variable/space-grotesk',
    family: 'Space Grotesk',
    suffix: 'wght-normal',
  },
  Anton: { package: '@fontsource/anton', family: 'Anton', suffix: '400-normal' },
} satisfies Record<FontFamily, Face>

const mono: Face = {
  package: '@fontsource-variable/jetbrains-mono',
  family: 'JetBrains Mono',
  suffix: 'wght-normal',
}
const math: Face = { package: '@fontsource/stix-two-text', family: 'STIX Two Text', suffix: '400-normal' }
const mathItalic: Face = {
  package: '@fontsource/stix-two-text',
  family: 'STIX Two Text Italic',
  suffix: '400-italic',
}
const displayItalic: Face = {
  package: '@fontsource-variable/fraunces',
  family: 'Fraunces Italic',
  suffix: 'wght-italic',
}

/** For what the faces above lack. Arabic and Hebrew first: the larger ones hold Latin letters too. */
const worldFaces: Face[] = [
  { package: '@fontsource-variable/noto-sans-arabic', family: 'Noto Sans Arabic', suffix: 'wght-normal' },
  { package: '@fontsource-variable/noto-sans-hebrew', family: 'Noto Sans Hebrew', suffix: 'wght-normal' },
]

/** Chinese, Japanese and Korean write some signs differently, so the language decides which comes first. */
const eastFaces: Record<'zh' | 'ja' | 'ko', Face> = {
  zh: { package: '@fontsource-variable/noto-sans-sc', family: 'Noto Sans SC', suffix: 'wght-normal' },
  ja: { package: '@fontsource-variable/noto-sans-jp', family: 'Noto Sans JP', suffix: 'wght-normal' },
  ko: { package: '@fontsource-variable/noto-sans-kr', family: 'Noto Sans KR', suffix: 'wght-normal' },
}

const emojiFamily = 'Twemoji'
const emoji = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u

type Slice = { name: string; path: string; has(codePoint: number): boolean }

const knownSlices = new Map<string, Slice[]>()
const registered = new Set<string>()

/** The files of a face, each for a part of Unicode. Read once for the process. */
function slicesOf(face: Face): Slice[] {
  const known = knownSlices.get(face.family)
  if (known) return known
  const folder = dirname(require.resolve(`${face.package}/package.json`))
  const ranges = JSON.parse(readFileSync(join(folder, 'unicode.json'), 'utf8')) as Record<string, string>
  const base = face.package.slice(face.package.indexOf('/') + 1)
  const slices = Object.entries(ranges).map(([key, list]) => {
    const slice = key.replace(/[[\]]/g, '')
    const pairs = list.split(',').map((range) =>
      range
        .replace(/^U\+/i, '')
        .split('-')
        .map((hex) => Number.parseInt(hex, 16)),
    )
    const path = join(folder, 'files', `${base}-${slice}-${face.suffix}.woff2`)
    let covers: ((codePoint: number) => boolean) | undefined
    // The ranges say where a browser would look; only the file itself says what is there.
    const has = (codePoint: number) =>
      pairs.some(([from = 0, to = from]) => codePoint >= from && codePoint <= to) &&
      (covers ??= coveredBy(path))(codePoint)
    return { name: `${face.family} ${slice}`, path, has }
  })
  knownSlices.set(face.family, slices)
  return slices
}

function register(name: string, path: string): void {
  if (registered.has(name)) return
  if (!GlobalFonts.registerFromPath(path, name)) throw new TypeError(`The typeface ${path} cannot be read`)
  registered.add(name)
}

/** Characters that need no glyph of their own: spaces, joiners, marks of direction, variation selectors. */
const invisible = /\s|\p{Cf}|\p{Variation_Selector}|\p{Emoji_Modifier}|\*/u

/**
 * The families a text needs, in order: the face itself, then what it lacks. Registers their files.
 * `missing` are the characters that none of the bundled faces has.
 */
export function familiesFor(
  face: Face,
  text: string,
  language: string,
): { stack: string; missing: string[] } {
  const east = (['zh', 'ja', 'ko'] as const).toSorted(
    (a, b) => Number(language.startsWith(b)) - Number(language.startsWith(a)),
  )
  const names = new Set<string>()
  const missing = new Set<string>()
  const chain = [
    face,
    ...(face.package === math.package ? [faces.Inter] : []),
    faces.Inter,
    ...worldFaces,
    ...east.map((code) => eastFaces[code]),
    math,
  ]
  let hasEmoji = false
  const ordered = chain.map((link) => ({ slices: slicesOf(link), used: new Set<Slice>() }))
  for (const character of new Set(`${text}0123456789abcn…,.`)) {
    if (invisible.test(character)) continue
    const codePoint = character.codePointAt(0)!
    if (emoji.test(character) && codePoint > 0xff) {
      hasEmoji = true
      continue
    }
    const link = ordered.find(({ slices }) => slices.some((slice) => slice.has(codePoint)))
    const slice = link?.slices.find((candidate) => candidate.has(codePoint))
    if (link && slice) link.used.add(slice)
    else missing.add(character)
  }
  for (const { used } of ordered) {
    for (const slice of used) {
      register(slice.name, slice.path)
      names.add(slice.name)
    }
  }
  if (hasEmoji) {
    register(emojiFamily, require.resolve('twemoji-colr-font/twemoji.woff2'))
    names.add(emojiFamily)
  }
  return { stack: [...names].map((name) => `"${name}"`).join(', '), missing: [...missing] }
}

/** The stacks of a text for every role, made ready to draw with. */
export function stacksFor(display: FontFamily, text: string, language: string): Record<FontRole, string> {
  const of = (face: Face) => familiesFor(face, text, language).stack
  return {
    display: of(faces[display]),
    body: of(faces.Inter),
    mono: of(mono),
    math: of(math),
    'math-italic': of(mathItalic),
    'display-italic': of(displayItalic),
  }
}

/** Characters of a text that no bundled typeface can draw. */
export function missingGlyphs(text: string, language: string): string[] {
  return familiesFor(faces.Inter, text, language).missing
}
