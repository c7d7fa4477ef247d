import type { LanguageModelV4 } from '@ai-sdk/provider'
import { aiSdkLlm } from './ai-sdk-model.ts'
import { checkedFetch } from './checked-fetch.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Llm } from './port.ts'
import { probe } from './probe.ts'

export type AwsCredentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
export type BedrockOptions = {
  region: string
  /** An API key of Bedrock; otherwise requests are signed with credentials. */
  apiKey?: string
  credentials?: () => Promise<AwsCredentials>
  baseUrl?: string
  clock?: Clock
}

/** Models on Amazon Bedrock, through Converse. The SDK signs by itself and speaks HTTP/1.1. */
export function bedrockLlm({ region, apiKey, credentials, baseUrl, clock }: BedrockOptions): Llm {
  const name = 'bedrock'
  const base = baseUrl ?? `https://bedrock-runtime.${region}.amazonaws.com`
  return aiSdkLlm({
    name,
    ...(clock ? { clock } : {}),
    async model(id) {
      const { createAmazonBedrock } = await import('@ai-sdk/amazon-bedrock')
      // The vendor's package brings an older copy of the same interface.
      return createAmazonBedrock({
        region,
        baseURL: base,
        ...(apiKey ? { apiKey } : {}),
        ...(credentials ? { credentialProvider: credentials } : {}),
        fetch: checkedFetch,
      })(id) as LanguageModelV4
    },
    // There is no call without a price, so this only says whether the service is reachable.
    check: (signal) => probe(name, `${base}/`, { signal }).catch(ignoreRefusal),
  })
}

/** An unsigned request is refused with 403, which proves that the service answers. */
function ignoreRefusal(error: unknown): void {
  if ((error as { code?: string }).code !== 'llm.authFailed') throw error
}
