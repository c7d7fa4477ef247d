/** Builds `<name>…</name>`; arrays repeat the element, undefined leaves it away. */
export type XmlTree = { [name: string]: XmlValue }
export type XmlValue = string | number | boolean | Date | undefined | XmlTree | XmlValue[]

export function xmlDocument(root: string, tree: XmlTree): string {
  const namespace = root === 'Error' ? '' : ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${namespace}>${children(tree)}</${root}>`
}

function children(tree: XmlTree): string {
  return Object.entries(tree)
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((item) => element(name, item)))
    .join('')
}

function element(name: string, value: XmlValue): string {
  if (value === undefined || Array.isArray(value)) return ''
  if (value instanceof Date) return `<${name}>${value.toISOString()}</${name}>`
  if (typeof value === 'object') return `<${name}>${children(value)}</${name}>`
  return `<${name}>${escape(String(value))}</${name}>`
}

function escape(text: string): string {
  return text.replace(/[&<>"\r]/g, (char) => `&#${char.charCodeAt(0)};`)
}

function unescape(text: string): string {
  return text
    .replace(/&#(x?)([0-9a-f]+);/gi, (_all, hex: string, code: string) =>
      String.fromCodePoint(parseInt(code, hex ? 16 : 10)),
    )
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}

/** The inner text of every `<name>` in a document, entities resolved. Enough for the two bodies that S3 is sent. */
export function xmlTexts(document: string, name: string): string[] {
  const found = document.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`, 'g'))
  return [...found].map((match) => unescape(match[1] ?? ''))
}

/** The raw inner XML of every `<name>`, for looking further inside. */
export function xmlParts(document: string, name: string): string[] {
  const found = document.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`, 'g'))
  return [...found].map((match) => match[1] ?? '')
}
