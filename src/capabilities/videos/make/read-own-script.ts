import { videoErrors } from '../errors.ts'
import type { Beat, Visual } from './script.ts'

/**
 * Cuts a text of the user's own into beats, and chooses how each is shown from what it says: a list, a figure, a
 * quotation, steps, a contrast. Not a word of what is spoken is changed.
 */
export function beatsFromText(raw: string): { beats: Beat[]; heading?: string } {
  const text = plain(raw)
  if (!/[\p{L}\p{N}]/u.test(text)) throw videoErrors.badScript('The script has no words.')
  const paragraphs = text
    .split(/\n\s*\n/)
    .map((part) => part.trim())
    .filter(Boolean)
  const heading = paragraphs.length > 1 && isHeading(paragraphs[0]!) ? paragraphs.shift() : undefined
  const groups = paragraphs.flatMap((paragraph) => groupsOf(paragraph))
  const beats = groups.map((group, index): Beat => {
    const isFirst = index === 0
    const isLast = index === groups.length - 1 && groups.length > 2
    return {
      say: group.say,
      show: isFirst ? opening(group.say, heading) : isLast ? closing(group.say) : visualOf(group),
      rank: isFirst || isLast ? 1 : 2 + (index % 3),
    }
  })
  return { beats, heading }
}

/** Plain words out of text with markup: tags, Markdown signs and control characters go, their words stay. */
export function plain(raw: string): string {
  return raw
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/<(script|style)\b[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<\/?[a-z][^>]{0,500}>/gi, ' ')
    .replace(/```[\s\S]*?```/g, ' ')
    .replace(/!\[[^\]]*\]\([^)]*\)/g, ' ')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/^#{1,6}\s+/gm, '')
    .replace(/[*_`]{1,3}([^*_`\n]+)[*_`]{1,3}/g, '$1')
    .replace(/[^\P{C}\n]/gu, ' ')
    .replace(/[ \t]+/g, ' ')
}

type Group = { say: string; sentences: string[]; items?: string[] }

function isHeading(text: string): boolean {
  return text.length <= 90 && !/[.!:;]$/.test(text) && !text.includes('\n')
}

export function sentencesOf(text: string): string[] {
  return [...new Intl.Segmenter('und', { granularity: 'sentence' }).segment(text.replace(/\s*\n\s*/g, ' '))]
    .map(({ segment }) => segment.trim())
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence))
}

const bullet = /^\s*(?:[-•–]|\d{1,2}[.)])\s+/

function groupsOf(paragraph: string): Group[] {
  const lines = paragraph.split('\n')
  const items = lines.filter((line) => bullet.test(line)).map((line) => line.replace(bullet, '').trim())
  if (items.length >= 2) {
    const lead = lines
      .filter((line) => !bullet.test(line))
      .join(' ')
      .trim()
    const parts: string[][] = []
    for (let at = 0; at < items.length; at += 5) parts.push(items.slice(at, at + 5))
    return parts.map((part, index) => {
      const spoken = part.map((item) => (/[.!?…。]$/.test(item) ? item : `${item}.`))
      const say = [index === 0 ? lead : '', ...spoken].filter(Boolean).join(' ')
      return { say, sentences: index === 0 && lead ? [lead] : [], items: part }
    })
  }
  const groups: Group[] = []
  let current: string[] = []
  let words = 0
  for (const sentence of sentencesOf(paragraph)) {
    const length = sentence.split(/\s+/).length
    if (current.length > 0 && words + length > 26) {
      groups.push({ say: current.join(' '), sentences: current })
      current = []
      words = 0
    }
    current.push(sentence)
    words += length
  }
  if (current.length > 0) groups.push({ say: current.join(' '), sentences: current })
  return groups
}

function short(text: string, most: number): string {
  const clean = text
    .replace(/^(and|but|so|then|now|or|because)\b,?\s*/i, '')
    .replace(/[.。]$/, '')
    .trim()
  const cased = clean.charAt(0).toUpperCase() + clean.slice(1)
  if (cased.length <= most) return cased
  const cut = cased.slice(0, most - 1)
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), most * 0.6)).replace(/[,;:]$/, '')}…`
}

function opening(say: string, heading: string | undefined): Visual {
  const first = sentencesOf(say)[0] ?? say
  return { kind: 'title', text: short(heading ?? first, 110) }
}

function closing(say: string): Visual {
  return { kind: 'end', text: short(sentencesOf(say).at(-1) ?? say, 90) }
}

/** How a group is shown, by the plainest signs in it. */
export function visualOf({ say, sentences, items }: Group): Visual {
  if (items) {
    const title = sentences[0] ? { title: short(sentences[0].replace(/:$/, ''), 70) } : {}
    return { kind: 'bullets', ...title, items: items.map((item) => short(item, 110)) }
  }
  const quoted = say.match(/[“"«]([^”"»]{12,240})[”"»]/)
  if (quoted) return { kind: 'quote', text: quoted[1]!.trim() }
  const figure = numberIn(say)
  if (figure) return figure
  const [first = say, second] = sentences
  const steps = say.match(/^(.{8,70}?),? then (.{8,70}?)[.,;]/i)
  if (steps && sentences.length >= 2) {
    const nodes = sentences
      .slice(0, 4)
      .map((sentence, index) => ({ id: `n${index}`, text: short(sentence, 60) }))
    return {
      kind: 'flow',
      nodes,
      edges: nodes.slice(1).map(({ id }, index) => ({ from: `n${index}`, to: id })),
    }
  }
  if (second && /^(but|however|instead|yet|now|today)\b/i.test(second)) {
    return {
      kind: 'split',
      left: { label: 'First', text: short(first, 120) },
      right: { label: 'But', text: short(second.replace(/^(but|however|instead|yet),?\s*/i, ''), 120) },
    }
  }
  if (sentences.length >= 3)
    return { kind: 'bullets', items: sentences.slice(0, 5).map((sentence) => short(sentence, 90)) }
  if (sentences.length === 2) return { kind: 'title', text: short(first, 100), subtitle: short(second!, 120) }
  return first.length > 90
    ? { kind: 'quote', text: short(first, 240) }
    : { kind: 'title', text: short(first, 110) }
}

function numberIn(say: string): Visual | undefined {
  const found = say.match(/([$€£]?)(\d{1,3}(?:,\d{3})+|\d+(?:\.\d{1,2})?)\s*(%|percent|million|billion)?/i)
  if (!found || (/^(19|20)\d\d$/.test(found[2]!) && !found[3])) return undefined
  const value = Number(found[2]!.replaceAll(',', ''))
  const word = found[3]?.toLowerCase()
  const suffix = word === '%' || word === 'percent' ? '%' : word ? ` ${word}` : ''
  const sentence = sentencesOf(say).find((one) => one.includes(found[2]!)) ?? say
  const label = sentence
    .replace(found[0], '')
    .replace(/\s{2,}/g, ' ')
    .trim()
  if (label.length < 4) return undefined
  const decimals = found[2]!.split('.')[1]?.length ?? 0
  return { kind: 'number', value, decimals, prefix: found[1] ?? '', suffix, label: short(label, 100) }
}
