import type { IncomingMessage, ServerResponse } from 'node:http'

/** How the next answer goes wrong: a status, no answer at all, text that is no JSON, or half of the right answer. */
export type AnswerFault =
  | { status: number; body?: string; headers?: Record<string, string> }
  | 'hang'
  | 'malformed'
  | 'truncated'

/** Faults for the next requests of a test server, one each, first in first out. */
export function faultQueue() {
  let queue: AnswerFault[] = []
  return {
    next(...faults: AnswerFault[]) {
      queue.push(...faults)
    },
    clear() {
      queue = []
    },
    /** Whether the next answer goes wrong: for answers that are no JSON. */
    isDue: () => queue.length > 0,
    /** Answers with JSON, or with the fault that is due. */
    answer(_req: IncomingMessage, res: ServerResponse, json: unknown, contentType = 'application/json') {
      const fault = queue.shift()
      const text = JSON.stringify(json)
      if (fault === 'hang') return
      if (fault === 'malformed')
        return void res.writeHead(200, { 'content-type': contentType }).end('{"text": oops')
      if (fault === 'truncated') {
        res.writeHead(200, { 'content-type': contentType, 'content-length': Buffer.byteLength(text) })
        res.write(text.slice(0, Math.floor(text.length / 2)), () => res.destroy())
        return
      }
      if (fault) {
        const body =
          fault.body ?? JSON.stringify({ error: { message: 'made to fail' }, message: 'made to fail' })
        res.writeHead(fault.status, { 'content-type': contentType, ...fault.headers }).end(body)
        return
      }
      res.writeHead(200, { 'content-type': contentType }).end(text)
    },
  }
}
