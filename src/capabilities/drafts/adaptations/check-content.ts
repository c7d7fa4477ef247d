import type { Content, FieldCount, Violation } from './content.ts'
import { countTags, countText, findHashtags, findMentions, type Found } from './count-text.ts'
import { shortenText } from './shorten-text.ts'
import { type TextField, type TextLimits, textFields } from './text-limits.ts'

/**
 * Control characters that no platform shows, and those that turn the direction of a text around: they can make a
 * text look like another one (https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing).
 */
// oxlint-disable-next-line no-control-regex -- these are what is looked for
export const invisible = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g

/** Everything in a text that its destination would refuse, cut or ignore. Empty when it can go out as it is. */
export function checkContent(content: Content, limits: TextLimits): Violation[] {
  return [
    ...textFields.flatMap((field) => checkLength(content, field, limits)),
    ...(['title', 'text'] as const).flatMap((field) => [
      ...checkForbidden(content[field], field, limits),
      ...checkInvisible(content[field], field),
    ]),
    ...checkNumber(content.text, findHashtags(content.text), 'tooManyHashtags', limits),
    ...checkNumber(content.text, findMentions(content.text), 'tooManyMentions', limits),
  ]
}

/** How much of each field is used. */
export function countContent(content: Content, { fields }: TextLimits): FieldCount[] {
  return textFields.flatMap((field) => {
    const limit = fields[field]
    return limit ? [{ field, used: lengthOf(content, field, limit.unit), ...limitOf(limit) }] : []
  })
}

const limitOf = ({ max, unit }: { max: number; unit: string }) => ({ max, unit })

function lengthOf(content: Content, field: TextField, unit: Parameters<typeof countText>[1]): number {
  return field === 'tags' ? countTags(content.tags) : countText(content[field], unit)
}

function checkLength(content: Content, field: TextField, limits: TextLimits): Violation[] {
  const limit = limits.fields[field]
  if (!limit) return []
  const actual = lengthOf(content, field, limit.unit)
  const none = { field, start: null, end: null, limit: limit.max, actual }
  if (limit.isRequired && actual === 0) {
    const message = `${limits.name} needs a ${field}.`
    return [{ ...none, rule: 'required', message, fix: `Write a ${field}.`, suggestion: null }]
  }
  const fits = (text: string) =>
    countText(text, limit.unit) <= limit.max &&
    (limits.maxBytes === undefined || Buffer.byteLength(text) <= limits.maxBytes)
  const isTooLong = field === 'tags' ? actual > limit.max : !fits(content[field])
  if (!isTooLong) return []
  if (field === 'tags') {
    const message = `The tags are ${actual} characters long together; ${limits.name} takes ${limit.max}.`
    return [
      { ...none, rule: 'tooLong', message, fix: 'Take out the least important tags.', suggestion: null },
    ]
  }
  const text = content[field]
  const suggestion = shortenText(text, fits)
  const over = actual > limit.max ? actual - limit.max : Buffer.byteLength(text) - limits.maxBytes!
  return [
    {
      ...none,
      rule: 'tooLong',
      start: firstDifference(text, suggestion.replace(/…$/, '')),
      end: text.length,
      message: `The ${field} is ${over} too long for ${limits.name}.`,
      fix: 'Shorten it; the suggestion ends at the last sentence or word that fits.',
      suggestion,
    },
  ]
}

function firstDifference(text: string, beginning: string): number {
  const at = text.indexOf(beginning)
  return at < 0 ? 0 : at + beginning.length
}

function checkForbidden(text: string, field: TextField, { forbidden, name }: TextLimits): Violation[] {
  if (!forbidden) return []
  const at = [...text].findIndex((char) => forbidden.includes(char))
  if (at < 0) return []
  const start = [...text].slice(0, at).join('').length
  const bare = [...text].filter((char) => !forbidden.includes(char)).join('')
  return [
    {
      field,
      rule: 'forbiddenCharacter',
      start,
      end: start + 1,
      limit: null,
      actual: null,
      message: `${name} refuses "${text[start]}" in a ${field}.`,
      fix: `Leave out ${[...forbidden].join(' and ')}.`,
      suggestion: bare,
    },
  ]
}

function checkInvisible(text: string, field: TextField): Violation[] {
  const [first] = text.matchAll(invisible)
  if (!first) return []
  const code = `U+${first[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`
  return [
    {
      field,
      rule: 'invisibleCharacter',
      start: first.index,
      end: first.index + first[0].length,
      limit: null,
      actual: null,
      message: `There is a character that nobody sees (${code}); it can make the ${field} look like another one.`,
      fix: 'Take it out.',
      suggestion: text.replace(invisible, ''),
    },
  ]
}

function checkNumber(
  text: string,
  found: Found[],
  rule: 'tooManyHashtags' | 'tooManyMentions',
  limits: TextLimits,
): Violation[] {
  const limit = rule === 'tooManyHashtags' ? limits.maxHashtags : limits.maxMentions
  if (limit === undefined || found.length <= limit) return []
  const what = rule === 'tooManyHashtags' ? 'hashtags' : 'mentions'
  return [
    {
      field: 'text',
      rule,
      start: found[limit]!.start,
      end: found.at(-1)!.end,
      limit,
      actual: found.length,
      message: `${limits.name} takes ${limit} ${what}; there are ${found.length}.`,
      fix: `Keep the ${limit} that matter most.`,
      suggestion: withoutParts(text, found.slice(limit)),
    },
  ]
}

/** The text without these parts and without the gaps they leave. */
export function withoutParts(text: string, parts: readonly Found[]): string {
  const bare = parts
    .toReversed()
    .reduce((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), text)
  return bare
    .replace(/[ \t]{2,}/g, ' ')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}
