import { type Actor, assertMay } from '../../../kernel/actor.ts'
import type { SecretInfo } from '../../../providers/secrets/index.ts'
import { type Secret, type SecretDeps, secretPrefix } from './secret.ts'

/** The secrets of the actor's workspace by name. Nobody can see their values again. */
export async function listSecrets(
  deps: Pick<SecretDeps, 'config' | 'secretStore'>,
  input: { actor: Actor },
): Promise<Secret[]> {
  assertMay(input.actor, 'secrets.read')
  const listed = await deps.secretStore.list(secretPrefix(deps.config, input.actor.workspaceId))
  return listed.map(secretOf)
}

/** What a person sees of it: the name without its path. */
export function secretOf({ name, versionId, createdAt, changedAt }: SecretInfo): Secret {
  return {
    name: name.slice(name.lastIndexOf('/') + 1),
    versionId,
    createdAt: createdAt.toISOString(),
    changedAt: changedAt.toISOString(),
  }
}
