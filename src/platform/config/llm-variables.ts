import { z } from 'zod'
import { urlSchema } from './value-schemas.ts'
import { variable } from './variable.ts'

/** What writes texts, beside the assembly from notes that needs no set-up. See docs/models.md. */
export const llmVariables = {
  anthropicApiKey: variable({
    name: 'ANTHROPIC_API_KEY',
    schema: z.string().min(1),
    isSecret: true,
    group: 'Outside parts',
    description:
      'Write with Claude through Anthropic, in every workspace. A workspace can have its own as the secret `anthropic.apiKey`.',
  }),
  anthropicUrl: variable({
    name: 'ANTHROPIC_URL',
    schema: urlSchema('http', 'https'),
    default: 'https://api.anthropic.com/v1',
    group: 'Outside parts',
    description: 'Another address of that API, up to and with `/v1`.',
  }),
  openaiApiKey: variable({
    name: 'OPENAI_API_KEY',
    schema: z.string().min(1),
    isSecret: true,
    group: 'Outside parts',
    description:
      'Write with OpenAI’s models, in every workspace. A workspace can have its own as the secret `openai.apiKey`.',
  }),
  openaiUrl: variable({
    name: 'OPENAI_URL',
    schema: urlSchema('http', 'https'),
    default: 'https://api.openai.com/v1',
    group: 'Outside parts',
    description: 'Another address of that API, up to and with `/v1`.',
  }),
  llmUrl: variable({
    name: 'LLM_URL',
    schema: urlSchema('http', 'https'),
    group: 'Outside parts',
    description:
      'Any server with OpenAI’s `/chat/completions`, up to and with `/v1`: llama-server, vLLM, LM Studio or a host. Its models need a price: `costs prices set compatible.<model>`.',
  }),
  llmApiKey: variable({
    name: 'LLM_API_KEY',
    schema: z.string().min(1),
    isSecret: true,
    group: 'Outside parts',
    description: 'Key for that server. A workspace can have its own as the secret `compatible.apiKey`.',
  }),
  ollamaUrl: variable({
    name: 'OLLAMA_URL',
    schema: urlSchema('http', 'https'),
    default: 'http://127.0.0.1:11434/v1',
    group: 'Outside parts',
    description: 'Where Ollama would be; its models are found when it runs.',
  }),
  bedrockRegion: variable({
    name: 'BEDROCK_REGION',
    schema: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be an AWS region such as us-east-1'),
    group: 'Outside parts',
    description:
      'Write with models on Amazon Bedrock in this region; with credentials from `AWS_*`, or the secret `bedrock.apiKey`.',
  }),
  bedrockUrl: variable({
    name: 'BEDROCK_URL',
    schema: urlSchema('http', 'https'),
    group: 'Outside parts',
    description: 'Another address of Bedrock’s runtime, such as a private endpoint.',
  }),
} as const
