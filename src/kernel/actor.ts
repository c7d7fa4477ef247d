import { defineErrors } from './errors.ts'

/** Who asks: a signed-in person, an API key, or the product itself. Always acts inside one workspace. */
export type Actor = {
  kind: 'person' | 'apiKey' | 'system'
  /** `person_…`, `key_…`, or the name of the part of the product that acts. */
  id: string
  workspaceId: string
  permissions: ReadonlySet<string>
}

export const accessErrors = defineErrors('access', {
  forbidden: {
    status: 403,
    retry: 'never',
    help: 'Your role or API key does not allow this. Ask an owner or admin of the workspace.',
  },
})

/**
 * Refuses an actor without the permission. Each use case calls it first, so that no caller can forget:
 * the HTTP middleware is the first check, this is the second.
 */
export function assertMay(actor: Actor, permission: string): void {
  if (actor.kind === 'system' || actor.permissions.has(permission)) return
  throw accessErrors.forbidden(`This needs the permission "${permission}".`, { detail: { permission } })
}

/** The product itself, acting in a workspace, for work that no person asked for just now. */
export function systemActor(name: string, workspaceId: string): Actor {
  return { kind: 'system', id: name, workspaceId, permissions: new Set() }
}
