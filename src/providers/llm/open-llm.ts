import { anthropicLlm } from './anthropic.ts'
import { bedrockLlm } from './bedrock.ts'
import type { Clock } from '../../platform/clock.ts'
import { compatibleLlm, findCompatibleModels } from './compatible.ts'
import { llmErrors } from './errors.ts'
import { ggufLlm, listGguf } from './gguf.ts'
import { offlineLlm } from './offline.ts'
import { openAiLlm } from './openai.ts'
import type { Llm } from './port.ts'

export const llmVendors = [
  'anthropic',
  'openai',
  'compatible',
  'ollama',
  'bedrock',
  'gguf',
  'offline',
] as const
export type LlmVendor = (typeof llmVendors)[number]

export type LlmConfig = {
  anthropicBaseUrl?: string | undefined
  openaiBaseUrl?: string | undefined
  compatibleBaseUrl?: string | undefined
  ollamaBaseUrl: string
  bedrockRegion?: string | undefined
  bedrockBaseUrl?: string | undefined
  modelsDir?: string | undefined
  /** The key of a vendor, from the environment or the secrets of the installation. */
  keyOf(vendor: LlmVendor): Promise<string | undefined>
  /** AWS credentials of the machine. */
  awsCredentials?:
    | (() => Promise<{ accessKeyId: string; secretAccessKey: string; sessionToken?: string }>)
    | undefined
  clock?: Clock
}

/** Whether a vendor is configured, so that its models can be chosen at all. */
export async function hasLlm(vendor: LlmVendor, config: LlmConfig): Promise<boolean> {
  switch (vendor) {
    case 'anthropic':
    case 'openai':
      return (await config.keyOf(vendor)) !== undefined
    case 'compatible':
      return config.compatibleBaseUrl !== undefined
    case 'bedrock':
      return config.bedrockRegion !== undefined
    case 'ollama':
      return (await findCompatibleModels(config.ollamaBaseUrl)) !== undefined
    case 'gguf':
      return config.modelsDir !== undefined && (await listGguf(config.modelsDir)).length > 0
    case 'offline':
      return true
  }
}

/** The models that a server or folder of one's own offers; those of the big vendors are in the registry. */
export async function findLocalModels(vendor: LlmVendor, config: LlmConfig): Promise<string[]> {
  if (vendor === 'ollama') return (await findCompatibleModels(config.ollamaBaseUrl)) ?? []
  if (vendor === 'gguf') return config.modelsDir ? listGguf(config.modelsDir) : []
  if (vendor !== 'compatible' || config.compatibleBaseUrl === undefined) return []
  const apiKey = await config.keyOf('compatible')
  return (await findCompatibleModels(config.compatibleBaseUrl, apiKey ? { apiKey } : {})) ?? []
}

/** Opens a vendor. Fails with `llm.authFailed` or `llm.unsupported` when it is not configured. */
export async function openLlm(vendor: LlmVendor, config: LlmConfig): Promise<Llm> {
  const clock = config.clock ? { clock: config.clock } : {}
  const key = vendor === 'offline' || vendor === 'gguf' ? undefined : await config.keyOf(vendor)
  const base = (baseUrl: string | undefined) => (baseUrl ? { baseUrl } : {})
  switch (vendor) {
    case 'anthropic':
      return anthropicLlm({ apiKey: needKey(vendor, key), ...base(config.anthropicBaseUrl), ...clock })
    case 'openai':
      return openAiLlm({ apiKey: needKey(vendor, key), ...base(config.openaiBaseUrl), ...clock })
    case 'compatible': {
      const baseUrl = config.compatibleBaseUrl
      if (!baseUrl) throw llmErrors.unsupported('No OpenAI-compatible server is configured.')
      return compatibleLlm({ baseUrl, ...(key ? { apiKey: key } : {}), ...clock })
    }
    case 'ollama':
      return compatibleLlm({ baseUrl: config.ollamaBaseUrl, name: 'ollama', ...clock })
    case 'bedrock': {
      const region = config.bedrockRegion
      if (!region) throw llmErrors.unsupported('No region of Amazon Bedrock is configured.')
      const credentials = config.awsCredentials
      const signing = key ? { apiKey: key } : credentials ? { credentials } : {}
      return bedrockLlm({ region, ...signing, ...base(config.bedrockBaseUrl), ...clock })
    }
    case 'gguf':
      if (!config.modelsDir) throw llmErrors.unsupported('No folder of models is configured.')
      return ggufLlm({ modelsDir: config.modelsDir })
    case 'offline':
      return offlineLlm()
  }
}

function needKey(vendor: LlmVendor, key: string | undefined): string {
  if (key === undefined) throw llmErrors.authFailed(`There is no key for ${vendor}.`)
  return key
}
