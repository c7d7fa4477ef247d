import { invisible, withoutParts } from './check-content.ts'
import type { Content } from './content.ts'
import { countTags, countText, findHashtags, findLinks, type Found } from './count-text.ts'
import { shortenText } from './shorten-text.ts'
import type { TextLimits } from './text-limits.ts'

export type AdaptedText = {
  content: Content
  /** What was changed on the way, in sentences for the person who reviews it. */
  notes: string[]
}

/**
 * Makes a draft's text fit a destination by its rules alone: what has a field goes there, hashtags go to the end and
 * become as few as are usual, links go where they can be followed, and what is too long ends at a sentence or word.
 * Nothing is invented. Its result keeps every limit of the destination.
 */
export function adaptText(draft: { title: string; body: string }, limits: TextLimits): AdaptedText {
  const notes: string[] = []
  const clean = (text: string) => stripForbidden(text, limits.forbidden)
  const parts = takeApart(draft.body)
  const body = clean(parts.body)
  const hashtags = keepHashtags(parts, limits, notes)
  const links = keepLinks(parts.links, limits, notes)
  const { title: titleLimit, text: textLimit, tags: tagLimit } = limits.fields

  const title = titleLimit ? shortenText(clean(draft.title), fitsIn(titleLimit)) : ''
  if (titleLimit && title !== clean(draft.title).trim()) notes.push('The title was shortened.')
  const opening = titleLimit || startsWith(body, draft.title) ? body : joined([clean(draft.title), body])
  const full = fill(opening, [...links, hashtags.map((tag) => `#${tag}`).join(' ')], limits, notes)
  const text = plainHashtags(full, limits.maxHashtags)
  const tags = tagLimit ? keepTags([...parts.inText, ...parts.atEnd], tagLimit.max) : []
  if (!titleLimit && textLimit.isRequired && text === '') notes.push('There is no text to adapt yet.')
  return { content: { title, text, tags }, notes }
}

const fitsIn =
  ({ max, unit }: { max: number; unit: Parameters<typeof countText>[1] }, maxBytes = Infinity) =>
  (text: string) =>
    countText(text, unit) <= max && Buffer.byteLength(text) <= maxBytes

const joined = (parts: readonly string[]) =>
  parts
    .map((part) => part.trim())
    .filter(Boolean)
    .join('\n\n')

type Parts = { body: string; inText: string[]; atEnd: string[]; links: string[] }

/** The body without its links and the hashtags at its end; hashtags within a sentence are words of it. */
function takeApart(body: string): Parts {
  const links = findLinks(body)
  const linkless = withoutParts(body, links)
  const all = findHashtags(linkless)
  const last = trailing(linkless, all)
  return {
    body: withoutParts(linkless, last),
    inText: unique(all.filter((found) => !last.includes(found))),
    atEnd: unique(last),
    links: unique(links),
  }
}

/** Hashtags beyond the limit become the plain words that they are. */
function plainHashtags(text: string, max = Infinity): string {
  const extra = findHashtags(text).slice(max)
  return extra.toReversed().reduce((rest, { start }) => rest.slice(0, start) + rest.slice(start + 1), text)
}

/** Hashtags after which nothing but hashtags follows in their line, when the line begins with one too. */
function trailing(text: string, hashtags: Found[]): Found[] {
  return hashtags.filter(({ start, end }) => {
    const from = text.lastIndexOf('\n', start - 1) + 1
    const to = text.indexOf('\n', end)
    const line = text.slice(from, to < 0 ? undefined : to)
    return line.split(/\s+/).every((word) => word === '' || word.startsWith('#'))
  })
}

function unique(found: readonly Found[]): string[] {
  const seen = new Map(found.map(({ text }) => [text.toLowerCase(), text]))
  return [...seen.values()]
}

function keepHashtags({ inText, atEnd }: Parts, limits: TextLimits, notes: string[]): string[] {
  const room = Math.min(limits.usualHashtags, limits.maxHashtags ?? Infinity) - inText.length
  const said = new Set(inText.map((tag) => tag.toLowerCase()))
  const others = atEnd.filter((tag) => !said.has(tag.toLowerCase()))
  const kept = others.slice(0, Math.max(0, room))
  if (kept.length < others.length)
    notes.push(`${kept.length} of ${others.length} hashtags were kept, as is usual on ${limits.name}.`)
  return kept
}

function keepLinks(all: string[], limits: TextLimits, notes: string[]): string[] {
  if (all.length === 0) return []
  if (!limits.linksWork) {
    notes.push(`Links were left out: nobody can follow them on ${limits.name}.`)
    return []
  }
  if (limits.linkNote) {
    notes.push(`The link was left out. ${limits.linkNote}`)
    return []
  }
  return all
}

function keepTags(all: string[], max: number): string[] {
  const tags: string[] = []
  for (const tag of all) if (countTags([...tags, tag]) <= max) tags.push(tag)
  return tags
}

/** The opening, as much as there is room for, and the tail behind it; of a tail that alone is too long, what fits. */
function fill(opening: string, tail: readonly string[], limits: TextLimits, notes: string[]): string {
  const fits = fitsIn(limits.fields.text, limits.maxBytes)
  const behind: string[] = []
  for (const part of tail) {
    if (part === '') continue
    if (fits(joined([...behind, part]))) behind.push(part)
    else notes.push(`There was no room for ${part.length > 60 ? `${part.slice(0, 60)}…` : part}.`)
  }
  const text = shortenText(opening, (candidate) => fits(joined([candidate, ...behind])))
  if (text !== opening.trim()) notes.push('The text was shortened.')
  return joined([text, ...behind])
}

function stripForbidden(text: string, forbidden = ''): string {
  return [...text.replace(invisible, '')].filter((char) => !forbidden.includes(char)).join('')
}

function startsWith(body: string, title: string): boolean {
  const plain = (text: string) =>
    text
      .toLowerCase()
      .replace(/[\p{P}\s]+/gu, ' ')
      .trim()
  return plain(title) !== '' && plain(body).startsWith(plain(title))
}
