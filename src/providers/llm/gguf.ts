import { readdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { llmErrors } from './errors.ts'
import { notesAsText } from './notes-text.ts'
import { estimateUsage } from './estimate-usage.ts'
import type { Llm, LlmRequest, LlmResult } from './port.ts'

/** The part of node-llama-cpp 3 that is used. It is no dependency of ours: whoever wants it puts it there. */
export type LlamaModule = {
  getLlama(options: { build: 'never'; logLevel?: string }): Promise<{
    loadModel(options: { modelPath: string }): Promise<{
      createContext(): Promise<{ getSequence(): unknown; dispose(): Promise<void> }>
    }>
  }>
  LlamaChatSession: new (options: { contextSequence: unknown; systemPrompt?: string }) => {
    prompt(
      text: string,
      options: {
        maxTokens: number
        temperature?: number
        signal?: AbortSignal
        stopOnAbortSignal?: boolean
        onTextChunk?: (text: string) => void
      },
    ): Promise<string>
  }
}

export type GgufOptions = {
  modelsDir: string
  /** How the library is loaded; from `<modelsDir>/node_modules` or our own by default. */
  load?: () => Promise<LlamaModule>
}

/** The files of `MODELS_DIR` that hold text models. */
export async function listGguf(modelsDir: string): Promise<string[]> {
  const names = await readdir(modelsDir).catch(() => [] as string[])
  return names.filter((name) => name.endsWith('.gguf')).sort()
}

/** Text models of `MODELS_DIR` (GGUF) in this process, where node-llama-cpp is on the machine. Nothing is downloaded. */
export function ggufLlm({ modelsDir, load = () => loadLlama(modelsDir) }: GgufOptions): Llm {
  type Loaded = Awaited<ReturnType<Awaited<ReturnType<LlamaModule['getLlama']>>['loadModel']>>
  let llama: ReturnType<LlamaModule['getLlama']> | undefined
  const models = new Map<string, Promise<Loaded>>()

  async function open(file: string): Promise<{ module: LlamaModule; model: Loaded }> {
    const module = await load()
    if (!(await listGguf(modelsDir)).includes(file)) {
      throw llmErrors.unknownModel(`There is no ${file} in the folder of models.`)
    }
    // `never`: a machine without a fitting binary gets a failure, not a compiler run.
    llama ??= module.getLlama({ build: 'never', logLevel: 'error' })
    const loading = models.get(file) ?? (await llama).loadModel({ modelPath: join(modelsDir, file) })
    models.set(file, loading)
    return { module, model: await loading }
  }

  async function run(request: LlmRequest, onText?: (text: string) => void): Promise<LlmResult> {
    if (request.schema) throw llmErrors.unsupported('Models of the folder give text, not data by schema.')
    const { module, model } = await open(request.model)
    const context = await model.createContext()
    try {
      const { system, messages, notes = [], maxOutputTokens, temperature, signal } = request
      const session = new module.LlamaChatSession({
        contextSequence: context.getSequence(),
        ...(system ? { systemPrompt: system } : {}),
      })
      const asked = [...messages.map(({ text }) => text), ...(notes.length > 0 ? [notesAsText(notes)] : [])]
      const text = await session.prompt(asked.join('\n\n'), {
        maxTokens: maxOutputTokens,
        ...(temperature === undefined ? {} : { temperature }),
        ...(signal ? { signal } : {}),
        ...(onText ? { onTextChunk: onText } : {}),
      })
      return { text, finish: 'stop', model: request.model, usage: estimateUsage(request, text) }
    } catch (cause) {
      if (request.signal?.aborted) throw llmErrors.cancelled('The call was cancelled.', { cause })
      throw llmErrors.down(`The model ${request.model} failed: ${(cause as Error).message}`, { cause })
    } finally {
      await context.dispose()
    }
  }

  return {
    name: 'gguf',
    can: { streams: true, objects: false, isModel: true },
    generate: (request) => run(request),
    async *stream(request) {
      const pieces: string[] = []
      let wake = Promise.withResolvers<void>()
      const left = new AbortController()
      const signal = request.signal ? AbortSignal.any([request.signal, left.signal]) : left.signal
      const state = { isOver: false }
      const whole = run({ ...request, signal }, (text) => {
        pieces.push(text)
        wake.resolve()
      }).finally(() => {
        state.isOver = true
        wake.resolve()
      })
      whole.catch(() => undefined)
      try {
        while (!state.isOver || pieces.length > 0) {
          if (pieces.length === 0) await wake.promise
          wake = Promise.withResolvers<void>()
          for (const piece of pieces.splice(0)) yield piece
        }
        return await whole
      } finally {
        left.abort()
      }
    },
    async check() {
      await load()
    },
  }
}

async function loadLlama(modelsDir: string): Promise<LlamaModule> {
  const name = 'node-llama-cpp'
  for (const from of [join(modelsDir, 'package.json'), import.meta.filename]) {
    try {
      const path = createRequire(pathToFileURL(from)).resolve(name)
      return (await import(pathToFileURL(path).href)) as LlamaModule
    } catch (error) {
      if (!/MODULE_NOT_FOUND|ERR_PACKAGE_PATH/.test(String((error as { code?: string }).code))) throw error
    }
  }
  throw llmErrors.unsupported(
    `${name} is not on this machine; install it in the folder of models to use GGUF files.`,
  )
}
