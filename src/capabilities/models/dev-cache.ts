import { createHash } from 'node:crypto'
import { and, eq, gt, lt } from 'drizzle-orm'
import type { LlmRequest } from '../../providers/llm/index.ts'
import type { ModelDeps } from './model-deps.ts'
import { modelCache } from './schema.ts'

const keepMs = 3_600_000

/** Names a request by everything that decides its answer. */
export function fingerprintOf(modelId: string, request: Omit<LlmRequest, 'model' | 'signal'>): string {
  const { system = '', messages, notes = [], maxOutputTokens, temperature = null, schema = null } = request
  const asked = JSON.stringify([modelId, system, messages, notes, maxOutputTokens, temperature, schema])
  return createHash('sha256').update(asked).digest('hex')
}

/** An answer of the last hour to the same request. Only in development: in production the same question is asked anew. */
export async function findCached<Answer>(
  deps: Pick<ModelDeps, 'db' | 'environment' | 'now'>,
  wish: { workspaceId: string; fingerprint: string },
): Promise<Answer | undefined> {
  if (deps.environment !== 'development') return undefined
  const now = deps.now?.() ?? new Date()
  const [row] = await deps.db
    .select({ answer: modelCache.answer })
    .from(modelCache)
    .where(
      and(
        eq(modelCache.workspaceId, wish.workspaceId),
        eq(modelCache.fingerprint, wish.fingerprint),
        gt(modelCache.expiresAt, now),
      ),
    )
  return row?.answer as Answer | undefined
}

/** Keeps an answer for an hour, in development. Old ones of everybody go at the same time. */
export async function keepCached(
  deps: Pick<ModelDeps, 'db' | 'environment' | 'now'>,
  entry: { workspaceId: string; fingerprint: string; answer: unknown },
): Promise<void> {
  if (deps.environment !== 'development') return
  const now = deps.now?.() ?? new Date()
  const expiresAt = new Date(now.getTime() + keepMs)
  await deps.db.delete(modelCache).where(lt(modelCache.expiresAt, now))
  await deps.db
    .insert(modelCache)
    .values({ ...entry, expiresAt })
    .onConflictDoUpdate({
      target: [modelCache.workspaceId, modelCache.fingerprint],
      set: { answer: entry.answer, expiresAt },
    })
}
