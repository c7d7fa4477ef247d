import { secretErrors } from '../../../providers/secrets/index.ts'
import { checkedSecretName, type SecretDeps, secretPrefix } from './secret.ts'

export type ReadSecretDeps = Pick<SecretDeps, 'config' | 'secretMemory'>
export type ReadSecret = { workspaceId: string; name: string }

/**
 * The value of a secret of a workspace, for the product's own use: asks no permission. Remembered for five minutes.
 * Fails with `secrets.missing`. Never log it, put it into an error, an event or a row.
 */
export async function readSecret(deps: ReadSecretDeps, input: ReadSecret): Promise<string> {
  const value = await findSecret(deps, input)
  if (value === undefined) throw secretErrors.missing(`The secret ${input.name} is not set.`)
  return value
}

/** The same, or undefined when it is not set. */
export async function findSecret(
  deps: ReadSecretDeps,
  { workspaceId, name }: ReadSecret,
): Promise<string | undefined> {
  const found = await deps.secretMemory.get(pathOf(deps, workspaceId, name))
  return found?.value
}

/**
 * Calls something with a secret. When it says that the secret was refused (`isRefused`), the store is asked once
 * more, past the memory: a value that was rotated meanwhile gets its one second chance, the same value does not.
 */
export async function withSecret<Result>(
  deps: ReadSecretDeps,
  input: ReadSecret & { isRefused: (error: unknown) => boolean },
  use: (secret: string) => Promise<Result>,
): Promise<Result> {
  const first = await readSecret(deps, input)
  try {
    return await use(first)
  } catch (error) {
    if (!input.isRefused(error)) throw error
    const path = pathOf(deps, input.workspaceId, input.name)
    const again = await deps.secretMemory.get(path, { fresh: true })
    if (again === undefined || again.value === first) throw error
    return use(again.value)
  }
}

function pathOf(deps: ReadSecretDeps, workspaceId: string, name: string): string {
  return `${secretPrefix(deps.config, workspaceId)}${checkedSecretName(name)}`
}
