import { and, asc, eq } from 'drizzle-orm'
import { z } from '@hono/zod-openapi'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import { newId } from '../../kernel/ids.ts'
import { recordAudit } from '../audit/index.ts'
import { modelErrors } from './errors.ts'
import { findModels } from './find-models.ts'
import { assertInService, type ModelKind, modelKinds } from './model.ts'
import type { ModelDeps } from './model-deps.ts'
import { modelChoices } from './schema.ts'

export const modelChoiceSchema = z
  .object({
    id: z.string(),
    environment: z.string(),
    kind: z.enum(modelKinds),
    task: z.string().openapi({ description: 'Empty for every task.' }),
    topic: z.string().openapi({ description: 'Empty for every topic.' }),
    chain: z
      .array(z.string())
      .openapi({ description: 'The first one that may be used and answers is taken.' }),
    version: z.int(),
  })
  .openapi('ModelChoice')

export type ModelChoice = z.infer<typeof modelChoiceSchema>

/** The chains of the actor's workspace in this environment. */
export async function listChoices(
  deps: ModelDeps,
  input: { actor: Actor },
): Promise<{ items: ModelChoice[] }> {
  assertMay(input.actor, 'models.read')
  const rows = await deps.db
    .select()
    .from(modelChoices)
    .where(
      and(
        eq(modelChoices.workspaceId, input.actor.workspaceId),
        eq(modelChoices.environment, deps.environment),
      ),
    )
    .orderBy(asc(modelChoices.kind), asc(modelChoices.topic), asc(modelChoices.task))
  return { items: rows.map(toChoice) }
}

export type SetChoice = {
  actor: Actor
  kind: ModelKind
  task?: string
  topic?: string
  chain: readonly string[]
}

/**
 * Sets the chain for a kind, task and topic in this environment; an empty chain takes it back. Fails with
 * `models.invalid`, `models.notFound` and `models.retired`, which names the successor.
 */
export async function setChoice(deps: ModelDeps, input: SetChoice): Promise<ModelChoice | undefined> {
  const { actor, kind, task = '', topic = '' } = input
  assertMay(actor, 'models.write')
  const chain = [...input.chain]
  const now = deps.now?.() ?? new Date()
  if (new Set(chain).size !== chain.length || chain.length > 10) {
    throw modelErrors.invalid('A chain names at most ten models, each once.')
  }
  const known = await findModels(deps, { workspaceId: actor.workspaceId, kind })
  for (const id of chain) {
    const model = known.find((one) => one.id === id)
    if (!model) throw modelErrors.notFound(`There is no ${kind} model ${id}.`)
    assertInService(model, now)
  }
  const key = { workspaceId: actor.workspaceId, environment: deps.environment, kind, task, topic }
  return deps.db.transaction(async (tx) => {
    const [found] = await tx.select().from(modelChoices).where(byKey(key)).for('update')
    const detail = { kind, task, topic, chain, before: found?.chain ?? null }
    await recordAudit(tx, { actor, action: 'models.chosen', subjectId: found?.id ?? kind, detail, at: now })
    if (chain.length === 0) {
      await tx.delete(modelChoices).where(byKey(key))
      return undefined
    }
    const values = { chain, version: (found?.version ?? 0) + 1, updatedAt: now }
    const [row] = await tx
      .insert(modelChoices)
      .values({ id: newId('choice'), ...key, ...values })
      .onConflictDoUpdate({
        target: [
          modelChoices.workspaceId,
          modelChoices.environment,
          modelChoices.kind,
          modelChoices.task,
          modelChoices.topic,
        ],
        set: values,
      })
      .returning()
    return toChoice(row!)
  })
}

type Key = { workspaceId: string; environment: string; kind: ModelKind; task: string; topic: string }

function byKey({ workspaceId, environment, kind, task, topic }: Key) {
  return and(
    eq(modelChoices.workspaceId, workspaceId),
    eq(modelChoices.environment, environment),
    eq(modelChoices.kind, kind),
    eq(modelChoices.task, task),
    eq(modelChoices.topic, topic),
  )
}

function toChoice(row: typeof modelChoices.$inferSelect): ModelChoice {
  const { id, environment, kind, task, topic, chain, version } = row
  return { id, environment, kind, task, topic, chain, version }
}
