import { z } from 'zod'
import { urlSchema } from './value-schemas.ts'
import { variable } from './variable.ts'

/** Servers of your own, and who may sign in. */
export const partVariables = {
  databaseUrl: variable({
    name: 'DATABASE_URL',
    schema: urlSchema('postgres', 'postgresql'),
    defaultText: 'PostgreSQL 18, started in `<home>/db`',
    isSecret: true,
    group: 'Outside parts',
    description: 'Your own PostgreSQL 15 or newer.',
  }),
  restateUrl: variable({
    name: 'RESTATE_URL',
    schema: urlSchema('http', 'https'),
    defaultText: 'Restate, started in `<home>/restate`',
    group: 'Outside parts',
    description: 'Ingress address of your own Restate server or cluster. Needs `RESTATE_ADMIN_URL` too.',
  }),
  restateAdminUrl: variable({
    name: 'RESTATE_ADMIN_URL',
    schema: urlSchema('http', 'https'),
    group: 'Outside parts',
    description: 'Admin address of the same Restate server; workers register there.',
  }),
  objectsUrl: variable({
    name: 'OBJECTS_URL',
    schema: urlSchema('s3', 'file'),
    defaultText: 'the directory `<home>/objects`',
    isSecret: true,
    group: 'Outside parts',
    description:
      'Where files are kept: `s3://bucket/prefix` (credentials and region from `AWS_*`) or `file:///path`.',
  }),
  ffmpegPath: variable({
    name: 'FFMPEG_PATH',
    schema: z.string().min(1),
    defaultText: 'the FFmpeg libraries that npm installed',
    group: 'Outside parts',
    description:
      'An `ffmpeg` binary to use instead of the bundled libraries; `ffprobe` is expected beside it.',
  }),
  ownerEmail: variable({
    name: 'CREATOROPS_OWNER_EMAIL',
    schema: z.email('must be an e-mail address'),
    default: 'owner@creatorops.local',
    group: 'Sign-in',
    description: 'E-mail of the owner account that the first start makes.',
  }),
  ownerPassword: variable({
    name: 'CREATOROPS_OWNER_PASSWORD',
    schema: z
      .string()
      .min(12, 'must have at least 12 characters')
      .max(128, 'must have at most 128 characters'),
    defaultText: 'made and printed once at the first start',
    isSecret: true,
    group: 'Sign-in',
    description: 'Password of that account. Read only when the account is made.',
  }),
  oidcIssuer: variable({
    name: 'CREATOROPS_OIDC_ISSUER',
    schema: urlSchema('http', 'https'),
    group: 'Sign-in',
    description:
      'Issuer of an OpenID Connect provider (Cognito, Google, Keycloak, …). Set it to offer that sign-in.',
  }),
  oidcClientId: variable({
    name: 'CREATOROPS_OIDC_CLIENT_ID',
    schema: z.string().min(1),
    group: 'Sign-in',
    description: 'Client id at that provider. Needed with the issuer.',
  }),
  oidcClientSecret: variable({
    name: 'CREATOROPS_OIDC_CLIENT_SECRET',
    schema: z.string().min(1),
    isSecret: true,
    group: 'Sign-in',
    description: 'Client secret at that provider. Needed with the issuer.',
  }),
  oidcId: variable({
    name: 'CREATOROPS_OIDC_ID',
    schema: z.string().regex(/^[a-z0-9-]+$/, 'may have only a-z, 0-9 and -'),
    default: 'oidc',
    group: 'Sign-in',
    description: 'Short name of the provider; part of the redirect address.',
  }),
  oidcName: variable({
    name: 'CREATOROPS_OIDC_NAME',
    schema: z.string().min(1),
    default: 'Single sign-on',
    group: 'Sign-in',
    description: 'What the sign-in button says.',
  }),
} as const
