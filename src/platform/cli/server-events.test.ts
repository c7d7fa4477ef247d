import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseServerEvents, type ServerEvent } from './server-events.ts'

async function parse(...chunks: Array<string | Uint8Array>): Promise<ServerEvent[]> {
  const bytes = chunks.map((chunk) => (typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk))
  const events: ServerEvent[] = []
  const body = ReadableStream.from(bytes) as ReadableStream<Uint8Array>
  for await (const event of parseServerEvents(body)) events.push(event)
  return events
}

test('events are read with id, type and JSON data; comments are skipped', async () => {
  const events = await parse(
    ': hello\n\nid: 7\nevent: run.progressed\ndata: {"percent":5}\n\ndata: plain\n\n',
  )
  assert.deepEqual(events, [
    { id: '7', type: 'run.progressed', data: { percent: 5 } },
    { id: undefined, type: 'message', data: 'plain' },
  ])
})

test('an event is the same wherever the network cuts it', async () => {
  const text = new TextEncoder().encode('id: 1\r\nevent: a\r\ndata: "ü"\r\ndata:\r\n\r\nid: 2\ndata: 3\n\n')
  const whole = await parse(text)
  assert.equal(whole.length, 2)
  for (let at = 1; at < text.length; at++) {
    assert.deepEqual(await parse(text.subarray(0, at), text.subarray(at)), whole, `cut at ${at}`)
  }
})

test('an event that was cut off at the end is not given out', async () => {
  assert.deepEqual(await parse('data: 1\n\ndata: 2\n'), [{ id: undefined, type: 'message', data: 1 }])
})
