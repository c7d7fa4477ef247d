import { type Actor, assertMay } from '../../../kernel/actor.ts'
import { publishEvent } from '../../../platform/events/publish-event.ts'
import { secretErrors } from '../../../providers/secrets/index.ts'
import { recordAudit } from '../../audit/index.ts'
import { checkedSecretName, maxSecretChars, type Secret, type SecretDeps, secretPrefix } from './secret.ts'
import { secretOf } from './list-secrets.ts'

export type SetSecret = {
  actor: Actor
  name: string
  value: string
  /** It must be there already, and another value replaces it: a rotation. */
  mustExist?: boolean
}

/**
 * Sets a secret; the value before it stays readable as the previous one. All processes hear of it at once. Fails with
 * `secrets.invalid`, or with `secrets.missing` when one that must exist does not.
 */
export async function setSecret(deps: SecretDeps, input: SetSecret): Promise<Secret> {
  const { actor, value } = input
  assertMay(actor, 'secrets.write')
  const name = checkedSecretName(input.name)
  if (value.length === 0 || value.length > maxSecretChars) {
    throw secretErrors.invalid(`The value of ${name} must have 1 to ${maxSecretChars} characters.`)
  }
  const path = `${secretPrefix(deps.config, actor.workspaceId)}${name}`
  const isThere = (await deps.secretStore.get(path)) !== undefined
  if (input.mustExist && !isThere) throw secretErrors.missing(`The secret ${name} is not set.`)
  const made = await deps.secretStore.put(path, value)
  await tell(deps, actor, name, isThere ? 'secret.rotated' : 'secret.set', { versionId: made.versionId })
  return secretOf(made)
}

/** Takes a secret away. Fails with `secrets.missing` when there is none. */
export async function deleteSecret(deps: SecretDeps, input: { actor: Actor; name: string }): Promise<void> {
  const { actor } = input
  assertMay(actor, 'secrets.write')
  const name = checkedSecretName(input.name)
  const isGone = await deps.secretStore.delete(`${secretPrefix(deps.config, actor.workspaceId)}${name}`)
  if (!isGone) throw secretErrors.missing(`The secret ${name} is not set.`)
  await tell(deps, actor, name, 'secret.deleted', {})
}

/**
 * Says that the store itself has rotated a secret (a Lambda function of AWS, told by EventBridge): every process asks
 * for it anew. Harmless when it has not.
 */
export async function noteRotation(deps: SecretDeps, input: { actor: Actor; name: string }): Promise<void> {
  assertMay(input.actor, 'secrets.write')
  await tell(deps, input.actor, checkedSecretName(input.name), 'secret.rotated', { by: 'the store' })
}

/** Encrypts all local secrets with the newest key. Returns how many had another one. */
export async function rotateSecretKey(deps: SecretDeps, input: { actor: Actor }): Promise<number> {
  const { actor } = input
  assertMay(actor, 'installation.write')
  const count = await deps.secretStore.rotateKey()
  await recordAudit(deps.db, {
    actor,
    action: 'secrets.keyRotated',
    subjectId: deps.secretStore.name,
    detail: { count },
    at: deps.now?.() ?? new Date(),
  })
  return count
}

async function tell(
  deps: SecretDeps,
  actor: Actor,
  name: string,
  action: 'secret.set' | 'secret.rotated' | 'secret.deleted',
  detail: Record<string, unknown>,
): Promise<void> {
  deps.secretMemory.forget(`${secretPrefix(deps.config, actor.workspaceId)}${name}`)
  await deps.db.transaction(async (tx) => {
    await publishEvent(tx, { type: action, workspaceId: actor.workspaceId, subjectId: name, data: {} })
    await recordAudit(tx, { actor, action, subjectId: name, detail, at: deps.now?.() ?? new Date() })
  })
}
