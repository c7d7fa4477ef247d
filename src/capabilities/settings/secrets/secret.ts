import { z } from '@hono/zod-openapi'
import { type EnvironmentName } from '../../../platform/config/settings-variables.ts'
import type { Db } from '../../../platform/db/client.ts'
import { secretErrors, type SecretStore } from '../../../providers/secrets/index.ts'
import type { SettingsConfig } from '../definition.ts'
import { environmentOf } from '../stored-settings.ts'
import type { SecretMemory } from './secret-memory.ts'

export type SecretDeps = {
  db: Db
  config: SettingsConfig
  secretStore: SecretStore
  secretMemory: SecretMemory
  now?: () => Date
}

/** Letters, digits, dots and hyphens: `elevenlabs.apiKey`. */
export const secretNameSchema = z
  .string()
  .max(100, 'must have at most 100 characters')
  .regex(/^[a-zA-Z][a-zA-Z0-9]*([.-][a-zA-Z0-9]+)*$/, 'must be a name such as elevenlabs.apiKey')

export const maxSecretChars = 65_536

export const secretSchema = z
  .object({
    name: z.string().openapi({ example: 'elevenlabs.apiKey' }),
    versionId: z.string().openapi({ description: 'Another one with every new value.' }),
    createdAt: z.iso.datetime(),
    changedAt: z.iso.datetime(),
  })
  .openapi('Secret')

/** What may be shown of a secret. */
export type Secret = z.infer<typeof secretSchema>

/** Where a workspace's secrets are in the store; nothing of another workspace or environment begins with it. */
export function secretPrefix(
  config: { environment?: EnvironmentName } | SettingsConfig,
  workspaceId: string,
): string {
  return `creatorops/${environmentOf(config as SettingsConfig)}/${workspaceId}/`
}

export function checkedSecretName(name: string): string {
  const parsed = secretNameSchema.safeParse(name)
  if (!parsed.success) {
    throw secretErrors.invalid(`The name ${parsed.error.issues[0]?.message ?? 'is not valid'}.`)
  }
  return parsed.data
}
