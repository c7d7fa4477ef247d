import { z } from 'zod'
import { byteSizeSchema, portSchema, urlSchema } from './value-schemas.ts'
import { variable } from './variable.ts'

/** How much people may ask for, and how much of the machine work may take. */
export const workVariables = {
  rateLimitPerMinute: variable({
    name: 'CREATOROPS_RATE_LIMIT_PER_MINUTE',
    schema: z.coerce.number().int('must be a whole number').min(1).max(100_000),
    default: '100',
    unit: 'requests',
    group: 'Limits',
    description: 'Requests per person or API key in a minute.',
  }),
  maxUploadBytes: variable({
    name: 'CREATOROPS_MAX_UPLOAD_BYTES',
    schema: byteSizeSchema,
    default: '64GiB',
    unit: 'bytes',
    group: 'Limits',
    description: 'Largest file a person may upload. Units such as `500MB` or `64GiB` are understood.',
  }),
  quotaBytes: variable({
    name: 'CREATOROPS_QUOTA_BYTES',
    schema: byteSizeSchema,
    default: '1TiB',
    unit: 'bytes',
    group: 'Limits',
    description:
      'Storage of one workspace. A workspace can be given less by the setting `workspace.quotaBytes`.',
  }),
  deliverySeconds: variable({
    name: 'CREATOROPS_DELIVERY_SECONDS',
    schema: z.coerce.number().int('must be a whole number').min(60).max(604_800),
    default: '3600',
    unit: 'seconds',
    group: 'Limits',
    description: 'How long a signed delivery link works.',
  }),
  cpuSlots: variable({
    name: 'CREATOROPS_CPU_SLOTS',
    schema: z.coerce.number().int('must be a whole number').min(1).max(256),
    defaultText: 'half of the cores, at least 2',
    group: 'Work',
    description: 'How many FFmpeg jobs one worker runs at a time.',
  }),
  stallSeconds: variable({
    name: 'CREATOROPS_STALL_SECONDS',
    schema: z.coerce.number().int('must be a whole number').min(5).max(3600),
    default: '120',
    unit: 'seconds',
    group: 'Work',
    description: 'An FFmpeg job without progress for this long is killed and tried once more.',
  }),
  workerPort: variable({
    name: 'CREATOROPS_WORKER_PORT',
    schema: portSchema,
    default: '4091',
    group: 'Work',
    description:
      'Port on which the engine reaches this worker. `0` takes a free one and keeps to it as long as it stays free.',
  }),
  enginePort: variable({
    name: 'CREATOROPS_ENGINE_PORT',
    schema: portSchema,
    default: '4081',
    group: 'Work',
    description:
      'First of three neighbouring loopback ports for the embedded engine. `0` takes free ones and keeps to them.',
  }),
  workerUrl: variable({
    name: 'CREATOROPS_WORKER_URL',
    schema: urlSchema('http', 'https'),
    defaultText: '`http://127.0.0.1:<worker port>`',
    group: 'Work',
    description:
      'Address under which an engine on another machine reaches this worker (or the balancer before it).',
  }),
} as const
