import { anthropicLlm } from './anthropic.ts'
import { bedrockLlm } from './bedrock.ts'
import { compatibleLlm } from './compatible.ts'
import { llmContract } from './contract.ts'
import { openAiLlm } from './openai.ts'

llmContract('anthropic', ({ url }, clock) => anthropicLlm({ apiKey: 'key', baseUrl: `${url}/v1`, clock }))
llmContract('openai', ({ url }, clock) => openAiLlm({ apiKey: 'key', baseUrl: `${url}/v1`, clock }))
llmContract('compatible', ({ url }, clock) => compatibleLlm({ baseUrl: `${url}/v1`, clock }))
llmContract('bedrock', ({ url }, clock) => {
  const credentials = async () => ({ accessKeyId: 'AKIA', secretAccessKey: 'secret' })
  return bedrockLlm({ region: 'us-east-1', credentials, baseUrl: url, clock })
})
