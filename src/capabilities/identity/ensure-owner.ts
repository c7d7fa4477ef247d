import { hashPassword } from 'better-auth/crypto'
import { and, eq, sql } from 'drizzle-orm'
import type { Db } from '../../platform/db/client.ts'
import { createPerson } from './create-person.ts'
import { insertWorkspace } from './create-workspace.ts'
import { newOneTimePassword } from './one-time-password.ts'
import { accounts, people, sessions } from './schema.ts'

/** `CREA` in ASCII: keeps two processes that start together from making two owners. */
const lockKey = 0x43_52_45_41

/**
 * On the very first start makes the owner's account and a workspace. Without a given password it makes a one-time
 * one, which has to be changed at the first sign-in, and returns it: nobody can read it again. While nobody has
 * signed in with it, a later start that `showsPassword` makes a new one, since the first may never have been seen:
 * after a command that started the product only for itself, or a start that failed.
 */
export async function ensureOwner(
  deps: { db: Db; now?: () => Date },
  owner: { email: string; password?: string | undefined },
  options: { showsPassword?: boolean } = {},
): Promise<{ createdPassword?: string; isNew: boolean }> {
  return deps.db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${lockKey})`)
    const now = deps.now?.() ?? new Date()
    const someone = await tx
      .select({ id: people.id, mustChange: people.mustChangePassword })
      .from(people)
      .limit(2)
    if (someone.length > 0) {
      const unseen = someone.length === 1 && someone[0]!.mustChange ? someone[0]!.id : undefined
      if (!unseen || !options.showsPassword || (await hasSignedIn(tx, unseen))) return { isNew: false }
      return { isNew: false, createdPassword: await renewPassword(tx, unseen, now) }
    }
    const password = owner.password ?? newOneTimePassword()
    const personId = await createPerson(tx, {
      email: owner.email,
      name: 'Owner',
      passwordHash: await hashPassword(password),
      mustChangePassword: owner.password === undefined,
      now,
    })
    await insertWorkspace(tx, { name: 'My workspace', personId, now })
    return owner.password === undefined ? { isNew: true, createdPassword: password } : { isNew: true }
  })
}

async function hasSignedIn(tx: Db, personId: string): Promise<boolean> {
  const found = await tx
    .select({ id: sessions.id })
    .from(sessions)
    .where(eq(sessions.userId, personId))
    .limit(1)
  return found.length > 0
}

async function renewPassword(tx: Db, personId: string, now: Date): Promise<string> {
  const password = newOneTimePassword()
  await tx
    .update(accounts)
    .set({ password: await hashPassword(password), updatedAt: now })
    .where(and(eq(accounts.userId, personId), eq(accounts.providerId, 'credential')))
  return password
}
