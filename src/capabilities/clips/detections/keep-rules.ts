import { and, asc, eq, gt } from 'drizzle-orm'
import { z } from 'zod'
import { type Actor, assertMay } from '../../../kernel/actor.ts'
import { newId } from '../../../kernel/ids.ts'
import type { Db } from '../../../platform/db/client.ts'
import { staleUpdate } from '../../../platform/http/etag.ts'
import { decodeCursor, type Page, type PageQuery, toPage } from '../../../platform/http/pagination.ts'
import { recordAudit } from '../../audit/index.ts'
import { clipRuleErrors } from './errors.ts'
import type { Rule, RuleInput, RuleRow } from './rule.ts'
import { clipRules } from './schema.ts'

export type RuleDeps = { db: Db; now?: () => Date }

/** Keeps a rule; it counts for events that arrive from now on. */
export async function createRule(deps: RuleDeps, input: { actor: Actor; rule: RuleInput }): Promise<Rule> {
  const { actor, rule } = input
  assertMay(actor, 'clips.write')
  const at = deps.now?.() ?? new Date()
  const id = newId('rule')
  const row = await deps.db.transaction(async (tx) => {
    const values = { id, workspaceId: actor.workspaceId, ...rule, version: 1, createdBy: actor.id }
    const [made] = await tx
      .insert(clipRules)
      .values({ ...values, createdAt: at, updatedAt: at })
      .returning()
    await recordAudit(tx, { actor, action: 'clipRule.created', subjectId: id, detail: { name: rule.name } })
    return made!
  })
  return toRule(row)
}

/** Changes a rule. Fails with `http.stale` when somebody changed it since `version`. */
export async function updateRule(
  deps: RuleDeps,
  input: { actor: Actor; ruleId: string; version: number; change: Partial<RuleInput> },
): Promise<Rule> {
  const { actor, ruleId, version, change } = input
  assertMay(actor, 'clips.write')
  const row = await deps.db.transaction(async (tx) => {
    const current = await findRule(tx, actor.workspaceId, ruleId, true)
    if (current.version !== version) {
      throw staleUpdate({ yours: version, current: current.version, resource: toRule(current) })
    }
    const updatedAt = deps.now?.() ?? new Date()
    const [saved] = await tx
      .update(clipRules)
      .set({ ...change, version: current.version + 1, updatedAt })
      .where(eq(clipRules.id, ruleId))
      .returning()
    await recordAudit(tx, { actor, action: 'clipRule.changed', subjectId: ruleId, detail: { ...change } })
    return saved!
  })
  return toRule(row)
}

/** Deletes a rule; what it started goes on. */
export async function deleteRule(deps: RuleDeps, input: { actor: Actor; ruleId: string }): Promise<void> {
  const { actor, ruleId } = input
  assertMay(actor, 'clips.write')
  await deps.db.transaction(async (tx) => {
    const { name } = await findRule(tx, actor.workspaceId, ruleId, true)
    await tx.delete(clipRules).where(eq(clipRules.id, ruleId))
    await recordAudit(tx, { actor, action: 'clipRule.deleted', subjectId: ruleId, detail: { name } })
  })
}

export async function getRule(deps: RuleDeps, input: { actor: Actor; ruleId: string }): Promise<Rule> {
  assertMay(input.actor, 'clips.read')
  return toRule(await findRule(deps.db, input.actor.workspaceId, input.ruleId))
}

/** Rules of the actor's workspace, oldest first: in this order they start their batches. */
export async function listRules(deps: RuleDeps, input: PageQuery & { actor: Actor }): Promise<Page<Rule>> {
  assertMay(input.actor, 'clips.read')
  const after = decodeCursor(z.string(), input.cursor)
  const rows = await deps.db
    .select()
    .from(clipRules)
    .where(
      and(eq(clipRules.workspaceId, input.actor.workspaceId), after ? gt(clipRules.id, after) : undefined),
    )
    .orderBy(asc(clipRules.id))
    .limit(input.limit + 1)
  const page = toPage(rows, input.limit, (row) => row.id)
  return { ...page, items: page.items.map(toRule) }
}

async function findRule(db: Db, workspaceId: string, ruleId: string, forUpdate = false): Promise<RuleRow> {
  const query = db
    .select()
    .from(clipRules)
    .where(and(eq(clipRules.id, ruleId), eq(clipRules.workspaceId, workspaceId)))
  const [row] = await (forUpdate ? query.for('update') : query)
  if (!row) throw clipRuleErrors.notFound(`There is no rule ${ruleId}.`)
  return row
}

function toRule({ workspaceId: _workspaceId, createdAt, updatedAt, ...rest }: RuleRow): Rule {
  return { ...rest, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() }
}
