import { z } from 'zod'
import { urlSchema } from './value-schemas.ts'
import { variable } from './variable.ts'

/** Where streaming packages are made. See docs/packages.md. */
export const transcodeVariables = {
  transcoder: variable({
    name: 'TRANSCODER',
    schema: z.enum(['local', 'mediaconvert']),
    default: 'local',
    group: 'Outside parts',
    description: '`local` makes packages on this machine; `mediaconvert` has AWS make them in the bucket.',
  }),
  mediaconvertRole: variable({
    name: 'MEDIACONVERT_ROLE',
    schema: z.string().regex(/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/, 'must be the ARN of a role'),
    group: 'Outside parts',
    description: 'ARN of the role with which MediaConvert reads and writes the bucket.',
  }),
  mediaconvertQueue: variable({
    name: 'MEDIACONVERT_QUEUE',
    schema: z.string().min(1),
    defaultText: 'the default queue of the account',
    group: 'Outside parts',
    description: 'ARN of the queue for jobs.',
  }),
  mediaconvertUrl: variable({
    name: 'MEDIACONVERT_URL',
    schema: urlSchema('http', 'https'),
    defaultText: 'the service of the region',
    group: 'Outside parts',
    description: 'Another address of MediaConvert, such as a VPC endpoint.',
  }),
} as const
