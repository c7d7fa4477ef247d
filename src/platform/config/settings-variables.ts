import { z } from 'zod'
import { variable } from './variable.ts'

export const environments = ['development', 'staging', 'production'] as const
export type EnvironmentName = (typeof environments)[number]

const shortNames: Record<string, EnvironmentName> = {
  dev: 'development',
  stage: 'staging',
  prod: 'production',
}

/** Variables that begin with this give a setting its value: `CREATOROPS_SETTING_CLIPS_COUNT=5`. */
export const settingPrefix = 'CREATOROPS_SETTING_'

/** Which installation this is, and where its secrets are. */
export const settingsVariables = {
  environment: variable({
    name: 'CREATOROPS_ENVIRONMENT',
    schema: z
      .string()
      .transform((text) => shortNames[text] ?? text)
      .pipe(z.enum(environments, 'must be development, staging or production')),
    default: 'development',
    group: 'Server',
    description:
      'What this installation is for: `development`, `staging` or `production`. Settings, topics and secrets of one are never seen by another, also when they share a database.',
  }),
  settingsFile: variable({
    name: 'CREATOROPS_SETTINGS_FILE',
    schema: z.string().min(1),
    defaultText: '`creatorops.config.ts`, `.json` or `.yaml` in the data directory, then in the current one',
    group: 'Server',
    description: 'The file with values for settings. See docs/settings.md.',
  }),
  secretsUrl: variable({
    name: 'CREATOROPS_SECRETS_URL',
    schema: z
      .string()
      .refine(
        (text) => text === 'local' || /^aws(:|$)/.test(text),
        'must be local, or aws://<region>[?endpoint=…]',
      ),
    default: 'local',
    group: 'Outside parts',
    description:
      'Where secrets are kept: `local` (encrypted in the database) or `aws://eu-central-1` (AWS Secrets Manager, with the credentials of `AWS_*`).',
  }),
  secretsKey: variable({
    name: 'CREATOROPS_SECRETS_KEY',
    schema: z
      .string()
      .refine(
        (text) => text.split(',').every((part) => part.trim().length >= 32),
        'must have at least 32 characters; former keys may follow after a comma',
      ),
    isSecret: true,
    defaultText: 'made when the first secret is set, kept in `<home>/secrets.key`',
    group: 'Outside parts',
    description:
      'The key that encrypts local secrets. To change it, write the new one before the old one, separated by a comma, and run `creatorops secrets rotate-key`; then the old one can go.',
  }),
} as const
