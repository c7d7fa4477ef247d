import {
  findLocalModels,
  hasLlm,
  type Llm,
  type LlmConfig,
  type LlmVendor,
  openLlm,
} from '../../providers/llm/index.ts'
import type { LlmDoor } from './model-deps.ts'

export type LlmDoorOptions = Omit<LlmConfig, 'keyOf'> & {
  /** Keys from the environment, by vendor; they count for every workspace. */
  keys: Partial<Record<LlmVendor, string | undefined>>
  /** A secret of a workspace, such as `anthropic.apiKey`. */
  findSecret(workspaceId: string, name: string): Promise<string | undefined>
}

const lookMs = 30_000

/**
 * Opens vendors with the key of the environment or else of the workspace. Opened ones are kept while their key is the
 * same. Own servers are asked for their models at most every 30 s, since a laptop often has none running.
 */
export function createLlmDoor({ keys, findSecret, ...config }: LlmDoorOptions): LlmDoor {
  const opened = new Map<string, { key: string | undefined; llm: Promise<Llm> }>()
  const looked = new Map<string, { atMs: number; names: Promise<string[]> }>()
  const keyOf = async (vendor: LlmVendor, workspaceId: string) =>
    keys[vendor] ?? (await findSecret(workspaceId, `${vendor}.apiKey`))
  const configOf = (workspaceId: string): LlmConfig => ({
    ...config,
    keyOf: (vendor) => keyOf(vendor, workspaceId),
  })

  function local(vendor: LlmVendor, workspaceId: string): Promise<string[]> {
    const id = `${vendor}/${workspaceId}`
    const nowMs = performance.now()
    const seen = looked.get(id)
    if (seen && nowMs - seen.atMs < lookMs) return seen.names
    const names = findLocalModels(vendor, configOf(workspaceId))
    looked.set(id, { atMs: nowMs, names })
    return names
  }

  return {
    local,
    async has(vendor, workspaceId) {
      if (vendor === 'ollama') return (await local(vendor, workspaceId)).length > 0
      return hasLlm(vendor, configOf(workspaceId))
    },
    async open(vendor, workspaceId) {
      const key = await keyOf(vendor, workspaceId)
      const id = `${vendor}/${workspaceId}`
      const known = opened.get(id)
      if (known && known.key === key) return known.llm
      const llm = openLlm(vendor, configOf(workspaceId))
      opened.set(id, { key, llm })
      // One that could not be opened is opened anew at the next call.
      llm.catch(() => opened.delete(id))
      return llm
    },
  }
}
