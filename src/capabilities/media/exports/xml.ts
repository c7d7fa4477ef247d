/** An element that holds text or elements. */
export type Xml = {
  name: string
  content: string | number | Xml[]
  attributes: Record<string, string | number | undefined>
}

export function element(name: string, content: Xml['content'] = [], attributes: Xml['attributes'] = {}): Xml {
  return { name, content, attributes }
}

/** A document with its declaration; two spaces per level. */
export function writeXml(root: Xml, doctype: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE ${doctype}>\n${lines(root, '').join('\n')}\n`
}

function lines({ name, content, attributes }: Xml, indent: string): string[] {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`)
  const open = `${indent}<${name}${written.join('')}`
  if (!Array.isArray(content)) return [`${open}>${escapeXml(String(content))}</${name}>`]
  if (content.length === 0) return [`${open}/>`]
  return [`${open}>`, ...content.flatMap((child) => lines(child, `${indent}  `)), `${indent}</${name}>`]
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** Characters that XML 1.0 cannot hold in any spelling are left out. */
function escapeXml(text: string): string {
  return (
    text
      .toWellFormed()
      // oxlint-disable-next-line no-control-regex -- these are what must go
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replace(/[&<>"']/g, (char) => entities[char]!)
      // A parser turns these into spaces inside attributes, unless they are spelled out.
      .replace(/[\t\n\r]/g, (char) => `&#${char.charCodeAt(0)};`)
  )
}
