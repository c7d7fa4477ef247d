import { z } from 'zod'
import { urlSchema } from './value-schemas.ts'
import { variable } from './variable.ts'

/** What writes speech down, beside what needs no set-up. See docs/captions.md. */
export const transcribeVariables = {
  modelsDir: variable({
    name: 'MODELS_DIR',
    schema: z.string().min(1),
    group: 'Outside parts',
    description:
      'A folder with model weights of your own. `whisper/ggml-*.bin` in it is used to transcribe on this machine.',
  }),
  transcribeUrl: variable({
    name: 'TRANSCRIBE_URL',
    schema: urlSchema('http', 'https'),
    group: 'Outside parts',
    description:
      'A server with OpenAI’s `/audio/transcriptions`, up to and with `/v1`: OpenAI, Groq, Speaches, whisper.cpp, … Sound is sent there.',
  }),
  transcribeApiKey: variable({
    name: 'TRANSCRIBE_API_KEY',
    schema: z.string().min(1),
    isSecret: true,
    group: 'Outside parts',
    description: 'Key for that server, when it wants one.',
  }),
  transcribeModel: variable({
    name: 'TRANSCRIBE_MODEL',
    schema: z.string().min(1).max(200),
    default: 'whisper-1',
    group: 'Outside parts',
    description: 'Model to ask that server for. It must answer in `verbose_json`.',
  }),
  transcribeBucket: variable({
    name: 'TRANSCRIBE_BUCKET',
    schema: urlSchema('s3'),
    group: 'Outside parts',
    description:
      'Transcribe with Amazon Transcribe through this bucket, `s3://bucket/prefix?region=…`; credentials from `AWS_*`. Sound lies there while it listens.',
  }),
} as const
