import { newId } from '../../kernel/ids.ts'
import type { Db } from '../../platform/db/client.ts'
import { accounts, people } from './schema.ts'

export type CreatePerson = {
  email: string
  name: string
  /** Made with better-auth's scrypt. */
  passwordHash: string
  mustChangePassword: boolean
  now: Date
}

/** The rows of a person who signs in with a password. Whoever calls this vouches for the e-mail address. */
export async function createPerson(tx: Db, input: CreatePerson): Promise<string> {
  const { name, passwordHash, mustChangePassword, now } = input
  const personId = newId('person')
  await tx.insert(people).values({
    id: personId,
    name,
    email: input.email.toLowerCase(),
    emailVerified: true,
    mustChangePassword,
    createdAt: now,
    updatedAt: now,
  })
  await tx.insert(accounts).values({
    id: newId('account'),
    userId: personId,
    providerId: 'credential',
    accountId: personId,
    password: passwordHash,
    createdAt: now,
    updatedAt: now,
  })
  return personId
}
