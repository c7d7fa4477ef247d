import type { IncomingMessage } from 'node:http'
import { Transform, type Readable } from 'node:stream'
import { fetchErrors } from './errors.ts'

/** The body of an answer, which fails when it grows beyond the limit; every failure is translated. */
export function cappedBody(
  message: IncomingMessage,
  maxBytes: number,
  translate: (error: unknown) => unknown,
): Readable {
  let sizeBytes = 0
  const body = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sizeBytes += chunk.length
      if (sizeBytes > maxBytes) done(fetchErrors.tooLarge(`The answer has more than ${maxBytes} bytes.`))
      else done(null, chunk)
    },
    destroy(error, done) {
      message.destroy()
      done(error)
    },
  })
  // Whoever reads it hears of the failure; nobody reading is no reason to end the process.
  body.on('error', () => undefined)
  message.once('error', (error) => body.destroy(translate(error) as Error))
  // An answer that breaks off can end without an error, as an abort does too.
  message.once('close', () => {
    if (!message.complete) body.destroy(translate(new Error('it broke off')) as Error)
  })
  message.pipe(body)
  return body
}

export async function readAll(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of body) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
