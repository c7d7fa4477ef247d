import { z } from 'zod'
import { listSchema, urlSchema } from './value-schemas.ts'
import { variable } from './variable.ts'

/** What speaks and what finds by meaning, beside what needs no set-up. See docs/voices.md and docs/embeddings.md. */
export const speechVariables = {
  pollyRegion: variable({
    name: 'POLLY_REGION',
    schema: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be an AWS region such as eu-central-1'),
    group: 'Outside parts',
    description: 'Speak with Amazon Polly in this region; credentials from `AWS_*`. Scripts are sent there.',
  }),
  elevenLabsApiKey: variable({
    name: 'ELEVENLABS_API_KEY',
    schema: z.string().min(1),
    isSecret: true,
    group: 'Outside parts',
    description: 'Speak with the voices of an ElevenLabs account. Scripts are sent there.',
  }),
  elevenLabsUrl: variable({
    name: 'ELEVENLABS_URL',
    schema: urlSchema('http', 'https'),
    default: 'https://api.elevenlabs.io',
    group: 'Outside parts',
    description: 'Another server that speaks ElevenLabs’ HTTP.',
  }),
  elevenLabsModel: variable({
    name: 'ELEVENLABS_MODEL',
    schema: z.string().regex(/^[\w.-]{1,100}$/, 'must be the name of a model'),
    default: 'eleven_multilingual_v2',
    group: 'Outside parts',
    description: 'Model of ElevenLabs that speaks.',
  }),
  speechUrl: variable({
    name: 'SPEECH_URL',
    schema: urlSchema('http', 'https'),
    group: 'Outside parts',
    description:
      'A server with OpenAI’s `/audio/speech`, up to and with `/v1`: OpenAI, Kokoro-FastAPI, Speaches, LocalAI, … Scripts are sent there.',
  }),
  speechApiKey: variable({
    name: 'SPEECH_API_KEY',
    schema: z.string().min(1),
    isSecret: true,
    group: 'Outside parts',
    description: 'Key for that server, when it wants one.',
  }),
  speechModel: variable({
    name: 'SPEECH_MODEL',
    schema: z.string().regex(/^[\w./:-]{1,200}$/, 'must be the name of a model'),
    default: 'gpt-4o-mini-tts',
    group: 'Outside parts',
    description: 'Model to ask that server for.',
  }),
  speechVoices: variable({
    name: 'SPEECH_VOICES',
    schema: listSchema(z.string().regex(/^[\w.:-]{1,100}$/, 'must be names of voices')),
    defaultText: 'the voices of OpenAI',
    group: 'Outside parts',
    description: 'The voices of that server, separated by commas, such as `af_heart,bm_george`.',
  }),
  embedUrl: variable({
    name: 'EMBED_URL',
    schema: urlSchema('http', 'https'),
    group: 'Outside parts',
    description:
      'A server with OpenAI’s `/embeddings`, up to and with `/v1`: OpenAI, Ollama, vLLM, … Texts are sent there.',
  }),
  embedApiKey: variable({
    name: 'EMBED_API_KEY',
    schema: z.string().min(1),
    isSecret: true,
    group: 'Outside parts',
    description: 'Key for that server, when it wants one.',
  }),
  embedModel: variable({
    name: 'EMBED_MODEL',
    schema: z.string().min(1).max(200),
    default: 'text-embedding-3-small',
    group: 'Outside parts',
    description:
      'Model to ask that server for; with `EMBED_REGION` a model of Bedrock such as `amazon.titan-embed-text-v2:0`.',
  }),
  embedRegion: variable({
    name: 'EMBED_REGION',
    schema: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be an AWS region such as eu-central-1'),
    group: 'Outside parts',
    description: 'Make embeddings with Amazon Bedrock in this region; credentials from `AWS_*`.',
  }),
  lumaApiKey: variable({
    name: 'LUMA_AGENTS_API_KEY',
    schema: z.string().min(1),
    isSecret: true,
    group: 'Outside parts',
    description: 'Make footage with Luma. Prompts are sent there, and it costs money.',
  }),
  lumaUrl: variable({
    name: 'LUMA_URL',
    schema: urlSchema('http', 'https'),
    default: 'https://agents.lumalabs.ai/v1',
    group: 'Outside parts',
    description: 'Another address of Luma’s agents API.',
  }),
  runwayApiKey: variable({
    name: 'RUNWAYML_API_SECRET',
    schema: z.string().min(1),
    isSecret: true,
    group: 'Outside parts',
    description: 'Make footage with Runway. Prompts are sent there, and it costs money.',
  }),
  runwayUrl: variable({
    name: 'RUNWAYML_BASE_URL',
    schema: urlSchema('http', 'https'),
    default: 'https://api.dev.runwayml.com',
    group: 'Outside parts',
    description: 'Another address of Runway’s API.',
  }),
  bedrockVideoBucket: variable({
    name: 'BEDROCK_VIDEO_BUCKET',
    schema: urlSchema('s3'),
    group: 'Outside parts',
    description:
      'Make footage with Luma Ray2 on Amazon Bedrock through this bucket in us-west-2, `s3://bucket/prefix`; credentials from `AWS_*`.',
  }),
} as const
