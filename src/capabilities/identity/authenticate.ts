import { and, asc, eq, isNull } from 'drizzle-orm'
import type { Actor } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import type { Authenticate } from '../../platform/http/require-actor.ts'
import type { FoundActor } from './actor-cache.ts'
import { parseApiKey } from './api-key.ts'
import type { AuthService } from './auth.ts'
import { identityErrors } from './errors.ts'
import { permissionsOf, type Role } from './permissions.ts'
import { apiKeys, people, workspaceMembers } from './schema.ts'
import { hashSecret, matchesHash } from './secret-token.ts'

export type AuthenticateDeps = { db: Db; service: AuthService; now: () => Date }

const usedEveryMs = 60_000
const openBeforePasswordChange = /^\/api\/v1\/me(?:\/password)?$/

/**
 * Who sends a request: an API key, or the person of the session cookie. The workspace is the one in the path
 * (`/workspaces/{id}/…`), in `X-Workspace-Id`, or in `?workspaceId=` of a GET; else the key's, or the person's first.
 * A workspace the caller is no member of does not exist for them (404). Someone without any workspace is an actor
 * without permissions.
 */
export function authenticator(deps: AuthenticateDeps): Authenticate {
  const { actors, auth } = deps.service
  return async (request) => {
    const asked = askedWorkspace(request)
    const header = request.headers.get('authorization')
    if (header !== null) return actors.through(cacheKey(header, asked), () => byApiKey(deps, header, asked))
    const cookie = request.headers.get('cookie')
    if (!cookie?.includes('creatorops.session_token=')) return undefined
    return actors.through(cacheKey(cookie, asked), async () => {
      const query = { disableRefresh: true }
      const session = await auth.api.getSession({ headers: request.headers, query })
      if (!session) return undefined
      return byPerson(deps.db, session.user.id, asked, request, session.session.expiresAt)
    })
  }
}

/** Hashed, so that no credential lies around in memory. */
function cacheKey(credential: string, asked: string | undefined): string {
  return `${hashSecret(credential)} ${asked ?? ''}`
}

async function byApiKey(
  deps: AuthenticateDeps,
  header: string,
  asked: string | undefined,
): Promise<FoundActor> {
  const key = parseApiKey(/^Bearer +(\S+) *$/i.exec(header)?.[1] ?? '')
  if (!key) throw identityErrors.keyRefused('This is not an API key.')
  const [row] = await deps.db
    .select({ key: apiKeys, role: workspaceMembers.role })
    .from(apiKeys)
    .innerJoin(
      workspaceMembers,
      and(
        eq(workspaceMembers.workspaceId, apiKeys.workspaceId),
        eq(workspaceMembers.personId, apiKeys.personId),
      ),
    )
    .where(and(eq(apiKeys.id, key.keyId), isNull(apiKeys.revokedAt)))
  if (!row || !matchesHash(key.secret, row.key.secretHash))
    throw identityErrors.keyRefused('Unknown API key.')
  const now = deps.now()
  if (row.key.expiresAt && row.key.expiresAt <= now)
    throw identityErrors.keyRefused('This API key has expired.')
  if (asked !== undefined && asked !== row.key.workspaceId) throw noSuchWorkspace(asked)
  await markUsed(deps.db, row.key, now)
  const { workspaceId, id, scopes, expiresAt } = row.key
  const allowed: ReadonlySet<string> = permissionsOf(row.role)
  const usable = new Set(scopes.filter((scope) => allowed.has(scope)))
  // Whoever can read this machine's key file runs the installation; no role in a workspace gives that.
  if (row.key.purpose === 'local') usable.add('installation.write')
  return {
    actor: { kind: 'apiKey', id, workspaceId, permissions: usable },
    keepUntilMs: expiresAt?.getTime() ?? Infinity,
  }
}

// Written at most once a minute per key, so that reading stays reading.
async function markUsed(db: Db, key: { id: string; lastUsedAt: Date | null }, now: Date): Promise<void> {
  if (key.lastUsedAt && now.getTime() - key.lastUsedAt.getTime() < usedEveryMs) return
  await db.update(apiKeys).set({ lastUsedAt: now }).where(eq(apiKeys.id, key.id))
}

async function byPerson(
  db: Db,
  personId: string,
  asked: string | undefined,
  request: Request,
  sessionEnd: Date,
): Promise<FoundActor | undefined> {
  const memberships = await db
    .select({
      mustChangePassword: people.mustChangePassword,
      workspaceId: workspaceMembers.workspaceId,
      role: workspaceMembers.role,
    })
    .from(people)
    .leftJoin(workspaceMembers, eq(workspaceMembers.personId, people.id))
    .where(eq(people.id, personId))
    .orderBy(asc(workspaceMembers.joinedAt), asc(workspaceMembers.workspaceId))
  if (memberships.length === 0) return undefined
  const mustChange = memberships[0]?.mustChangePassword === true
  if (mustChange && !openBeforePasswordChange.test(new URL(request.url).pathname)) {
    throw identityErrors.passwordChangeRequired('The one-time password has to be changed first.')
  }
  const chosen = asked === undefined ? memberships[0] : memberships.find((row) => row.workspaceId === asked)
  if (asked !== undefined && !chosen) throw noSuchWorkspace(asked)
  const actor = personActor(personId, chosen?.workspaceId ?? null, chosen?.role ?? null)
  // A one-time password opens some addresses only, so what it opened must not be remembered for the others.
  return mustChange ? { actor } : { actor, keepUntilMs: sessionEnd.getTime() }
}

function personActor(personId: string, workspaceId: string | null, role: Role | null): Actor {
  const permissions: ReadonlySet<string> = role === null ? new Set() : permissionsOf(role)
  return { kind: 'person', id: personId, workspaceId: workspaceId ?? '', permissions }
}

function askedWorkspace(request: Request): string | undefined {
  const url = new URL(request.url)
  const inPath = /^\/api\/v1\/workspaces\/([^/]+)/.exec(url.pathname)?.[1]
  const inQuery = request.method === 'GET' ? url.searchParams.get('workspaceId') : null
  return inPath ?? request.headers.get('x-workspace-id') ?? inQuery ?? undefined
}

function noSuchWorkspace(asked: string) {
  return identityErrors.workspaceNotFound(`There is no workspace ${asked.slice(0, 60)}.`)
}
