import { z } from '@hono/zod-openapi'
import { eq } from 'drizzle-orm'
import type { Actor } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { largestPage } from '../../platform/http/pagination.ts'
import { listWorkspaces } from './list-workspaces.ts'
import { people } from './schema.ts'
import { workspaceSchema } from './workspace.ts'

export const meSchema = z
  .object({
    person: z
      .object({ id: z.string(), email: z.string(), name: z.string(), mustChangePassword: z.boolean() })
      .nullable()
      .openapi({ description: 'Null for an API key.' }),
    workspaces: z.array(workspaceSchema),
    workspaceId: z.string().nullable().openapi({ description: 'The one this request works in.' }),
    permissions: z.array(z.string()),
  })
  .openapi('Me')

export type Me = z.infer<typeof meSchema>

/** Who the actor is, where they may work and what they may do there. */
export async function getMe(db: Db, actor: Actor): Promise<Me> {
  const { items } = await listWorkspaces(db, actor, { limit: largestPage })
  return {
    person: actor.kind === 'person' ? await getPerson(db, actor.id) : null,
    workspaces: items,
    workspaceId: actor.workspaceId === '' ? null : actor.workspaceId,
    permissions: [...actor.permissions].sort(),
  }
}

async function getPerson(db: Db, personId: string): Promise<Me['person']> {
  const [person] = await db
    .select({
      id: people.id,
      email: people.email,
      name: people.name,
      mustChangePassword: people.mustChangePassword,
    })
    .from(people)
    .where(eq(people.id, personId))
  return person ?? null
}
