/** One event of a server-sent stream; `data` is parsed when it is JSON. */
export type ServerEvent = { id?: string; type: string; data: unknown }

/** Reads a `text/event-stream` body (WHATWG HTML, section 9.2). Comments and empty events are skipped. */
export async function* parseServerEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder()
  let pending = ''
  for await (const chunk of body) {
    pending += decoder.decode(chunk, { stream: true })
    // A "\r" at the very end may be the first half of "\r\n": it waits for the next chunk.
    const held = pending.endsWith('\r') ? '\r' : ''
    const blocks = pending
      .slice(0, pending.length - held.length)
      .replace(/\r\n?/g, '\n')
      .split('\n\n')
    pending = blocks.pop()! + held
    for (const block of blocks) {
      const event = parseBlock(block)
      if (event) yield event
    }
  }
}

function parseBlock(block: string): ServerEvent | undefined {
  let id: string | undefined
  let type = 'message'
  const lines: string[] = []
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':')
    const field = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'id') id = value
    else if (field === 'event') type = value
    else if (field === 'data') lines.push(value)
  }
  return lines.length === 0 ? undefined : { id, type, data: parseData(lines.join('\n')) }
}

function parseData(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
