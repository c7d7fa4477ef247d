import { speechErrors } from './errors.ts'

export type XmlEvent =
  | { kind: 'open'; name: string; attributes: Record<string, string>; at: number; isEmpty: boolean }
  | { kind: 'close'; name: string; at: number }
  | { kind: 'text'; text: string; at: number }

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/**
 * Reads well-formed XML into tags and text, in order. There are no document types, no entities but the five, and no
 * processing instructions other than `<?xml`: what they could do is nothing that a script needs. Fails with
 * `speech.badMarkup`, which says where.
 */
export function readXml(source: string): XmlEvent[] {
  const events: XmlEvent[] = []
  const open: string[] = []
  const tags =
    /<!--[\s\S]*?-->|<\?xml[^>]*\?>|<(\/?)([A-Za-z][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|</g
  let end = 0
  const addText = (to: number) => {
    if (to > end) events.push({ kind: 'text', text: decode(source.slice(end, to), end), at: end })
  }
  for (const match of source.matchAll(tags)) {
    const at = match.index
    addText(at)
    end = at + match[0].length
    const [, slash, name, attributes = '', empty] = match
    if (match[0] === '<') throw badMarkup(source, at, 'a "<" begins no tag; write &lt; for the sign itself')
    if (name === undefined) continue
    if (slash) {
      if (open.at(-1) !== name)
        throw badMarkup(source, at, `</${name}> closes ${open.length > 0 ? `<${open.at(-1)}>` : 'nothing'}`)
      open.pop()
      events.push({ kind: 'close', name, at })
    } else {
      if (open.length === 20) throw badMarkup(source, at, 'tags are nested more than 20 deep')
      events.push({
        kind: 'open',
        name,
        attributes: readAttributes(source, attributes, at),
        at,
        isEmpty: empty === '/',
      })
      if (empty) events.push({ kind: 'close', name, at })
      else open.push(name)
    }
  }
  addText(source.length)
  if (open.length > 0) throw badMarkup(source, source.length, `<${open.at(-1)}> is never closed`)
  return events

  function decode(text: string, at: number): string {
    return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|\w+);|&/gi, (whole, name: string | undefined) => {
      const code = name?.startsWith('#')
        ? Number(name[1] === 'x' || name[1] === 'X' ? `0x${name.slice(2)}` : name.slice(1))
        : undefined
      if (code !== undefined && code > 31 && code <= 0x10_ff_ff && !(code >= 0xd8_00 && code <= 0xdf_ff))
        return String.fromCodePoint(code)
      const sign = name === undefined ? undefined : entities[name]
      if (sign === undefined)
        throw badMarkup(source, at, name ? `&${name}; is not known` : 'a single & must be written &amp;')
      return sign
    })
  }

  function readAttributes(_all: string, text: string, at: number): Record<string, string> {
    const found: Record<string, string> = {}
    for (const [, name, value] of text.matchAll(/([\w:.-]+)\s*=\s*("[^"]*"|'[^']*')/g)) {
      if (Object.hasOwn(found, name!)) throw badMarkup(source, at, `${name} is given twice`)
      found[name!] = decode(value!.slice(1, -1), at)
    }
    return found
  }
}

/** The failure for a place in a script, named as line and column. */
export function badMarkup(source: string, at: number, why: string): Error {
  const before = source.slice(0, at).split('\n')
  return speechErrors.badMarkup(`Line ${before.length}, column ${before.at(-1)!.length + 1}: ${why}.`)
}
