import { bedrockEmbed } from './bedrock-embed.ts'
import { checkTexts } from './check-input.ts'
import { embedErrors } from './errors.ts'
import { offlineText } from './offline-text.ts'
import { openAiEmbed } from './openai-embed.ts'
import type { Embedder } from './port.ts'

export type EmbedConfig = {
  embedUrl?: string
  embedApiKey?: string
  embedModel: string
  embedRegion?: string
}

/** Everything that can embed texts here. */
export type Embedders = {
  /** Names of what is set up, the best first; `offline` is always there. */
  names: readonly string[]
  /** An embedder by name; without one the first. Fails with `embed.noModel`, or with why its service cannot be asked. */
  open(name?: string): Promise<Embedder>
}

/** The embedding models that the configuration names, and always the one that needs nothing. */
export function openEmbed(config: EmbedConfig): Embedders {
  const { embedUrl, embedRegion, embedModel } = config
  const vendors: Record<string, () => Embedder | Promise<Embedder>> = {
    ...(embedRegion ? { bedrock: () => bedrockEmbed({ region: embedRegion, model: embedModel }) } : {}),
    ...(embedUrl && !embedRegion
      ? { openai: () => openAiEmbed({ url: embedUrl, apiKey: config.embedApiKey, model: embedModel }) }
      : {}),
    offline: offlineText,
  }
  const names = Object.keys(vendors)
  const opened = new Map<string, Promise<Embedder>>()
  return {
    names,
    open(name = names[0]!) {
      const vendor = vendors[name]
      if (!vendor)
        throw embedErrors.noModel(`There is no embedding model "${name}" here, but ${names.join(', ')}.`)
      const kept = opened.get(name)
      if (kept) return kept
      const embedder = Promise.resolve(vendor()).then(checked)
      opened.set(name, embedder)
      // A service that was down is asked again the next time.
      embedder.catch(() => opened.delete(name))
      return embedder
    },
  }
}

function checked(embedder: Embedder): Embedder {
  return {
    ...embedder,
    async embed(input) {
      checkTexts(input)
      return embedder.embed(input)
    },
  }
}
