import { randomBytes, randomUUID } from 'node:crypto'
import { and, asc, eq, ne, sql } from 'drizzle-orm'
import type { Db } from '../../platform/db/client.ts'
import { seal, unseal } from '../../platform/secrets/seal.ts'
import { secretErrors } from './errors.ts'
import type { KeyRing } from './local-key-ring.ts'
import type { SecretInfo, SecretStore } from './port.ts'
import { sealedSecrets } from './schema.ts'

type Row = typeof sealedSecrets.$inferSelect

/**
 * Secrets in our own database, in envelopes: AES-256-GCM with a key of the secret's own, which is wrapped with the
 * installation's newest key. Both are bound to name and version, so that rows cannot be exchanged. Rotating the key
 * wraps the small keys anew and touches no value.
 */
export function localSecrets(deps: { db: Db; ring: KeyRing; now?: () => Date }): SecretStore {
  const { db, ring } = deps
  const now = deps.now ?? (() => new Date())

  function rowOf(name: string, value: string): Row {
    const versionId = randomUUID()
    const ownKey = randomBytes(32).toString('base64url')
    const [{ id, text }] = ring.keys()
    const context = contextOf(name, versionId)
    return {
      name,
      versionId,
      stage: 'current',
      keyId: id,
      wrappedKey: seal(text, `key of ${context}`, ownKey),
      sealedValue: seal(ownKey, context, value),
      createdAt: now(),
      changedAt: now(),
    }
  }

  function ownKeyOf(row: Row): string {
    const key = ring.keys().find(({ id }) => id === row.keyId)
    const opened = key && unseal(key.text, `key of ${contextOf(row.name, row.versionId)}`, row.wrappedKey)
    if (opened === undefined) {
      throw secretErrors.unreadable(
        `The key "${row.keyId}" of the secret ${row.name} is not in ${ring.location}.`,
      )
    }
    return opened
  }

  return {
    name: 'local',
    describe: () => ({ vendor: 'local', location: `the database, with the key in ${ring.location}` }),
    async put(name, value) {
      const made = rowOf(name, value)
      return db.transaction(async (tx) => {
        await lock(tx, name)
        const [current] = await tx.select().from(sealedSecrets).where(isAt(name, 'current'))
        const createdAt = current?.createdAt ?? made.createdAt
        if (current) {
          await tx.delete(sealedSecrets).where(isAt(name, 'previous'))
          await tx.update(sealedSecrets).set({ stage: 'previous' }).where(isAt(name, 'current'))
        }
        await tx.insert(sealedSecrets).values({ ...made, createdAt })
        return infoOf({ ...made, createdAt })
      })
    },
    async get(name, stage = 'current') {
      const [row] = await db.select().from(sealedSecrets).where(isAt(name, stage))
      if (!row) return undefined
      const value = unseal(ownKeyOf(row), contextOf(name, row.versionId), row.sealedValue)
      if (value === undefined) throw secretErrors.unreadable(`The secret ${name} was changed from outside.`)
      return { value, versionId: row.versionId }
    },
    async list(prefix) {
      const rows = await db
        .select()
        .from(sealedSecrets)
        .where(and(sql`starts_with(${sealedSecrets.name}, ${prefix})`, eq(sealedSecrets.stage, 'current')))
        .orderBy(asc(sealedSecrets.name))
      return rows.map(infoOf)
    },
    async delete(name) {
      const gone = await db.delete(sealedSecrets).where(eq(sealedSecrets.name, name)).returning()
      return gone.length > 0
    },
    async rotateKey() {
      ring.renew()
      const [{ id, text }] = ring.keys()
      const names = await db
        .selectDistinct({ name: sealedSecrets.name })
        .from(sealedSecrets)
        .where(ne(sealedSecrets.keyId, id))
      for (const { name } of names) {
        await db.transaction(async (tx) => {
          await lock(tx, name)
          for (const row of await tx.select().from(sealedSecrets).where(eq(sealedSecrets.name, name))) {
            const wrappedKey = seal(text, `key of ${contextOf(name, row.versionId)}`, ownKeyOf(row))
            await tx
              .update(sealedSecrets)
              .set({ keyId: id, wrappedKey })
              .where(and(eq(sealedSecrets.name, name), eq(sealedSecrets.versionId, row.versionId)))
          }
        })
      }
      // Only now does nothing need the old ones. A crash before this line leaves keys too many, never too few.
      ring.dropOld()
      return names.length
    },
  }
}

/** Two changes of one secret come one after the other. */
function lock(tx: Db, name: string) {
  return tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`secret ${name}`}, 0))`)
}

function isAt(name: string, stage: Row['stage']) {
  return and(eq(sealedSecrets.name, name), eq(sealedSecrets.stage, stage))
}

function contextOf(name: string, versionId: string): string {
  return `secret ${name} ${versionId}`
}

function infoOf({ name, versionId, createdAt, changedAt }: Row): SecretInfo {
  return { name, versionId, createdAt, changedAt }
}
