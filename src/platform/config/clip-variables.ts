import { z } from 'zod'
import { listSchema } from './value-schemas.ts'
import { variable } from './variable.ts'

/** Where clips may come from. */
export const clipVariables = {
  clipHosts: variable({
    name: 'CREATOROPS_CLIP_HOSTS',
    schema: listSchema(
      z
        .string()
        .regex(/^(\*\.)?[a-z0-9.-]+$/i, 'must name hosts such as `cdn.example.com` or `*.example.com`'),
    ),
    default: '',
    group: 'Work',
    description:
      'Hosts that HLS playlists and their segments may be fetched from when clips are cut by address, separated by commas; `*.example.com` means all below it. Empty means any public host.',
  }),
} as const
