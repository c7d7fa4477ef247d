import { type Actor, assertMay } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { publishEvent } from '../../platform/events/publish-event.ts'
import { staleUpdate } from '../../platform/http/etag.ts'
import { and, desc, eq } from 'drizzle-orm'
import { recordAudit } from '../audit/index.ts'
import { promptErrors } from './errors.ts'
import { engineFor, loadPrompts, partialsFor, type PromptDeps } from './find-prompt.ts'
import { type Finding, lintPrompt } from './lint-prompt.ts'
import {
  languagePlaceSchema,
  mostTemplateChars,
  type Prompt,
  type PromptDefinition,
  promptDefinitionSchema,
  promptKeySchema,
  type PromptPlace,
  placeText,
  topicPlaceSchema,
} from './prompt.ts'
import { getPrompt, getPromptVersion } from './read-prompts.ts'
import { promptVersions } from './schema.ts'

export type SavePrompt = PromptPlace & {
  actor: Actor
  definition: unknown
  reason: string
  /** The version that the change was made on; 0 for a shipped or a new one. */
  version: number
}

/**
 * Saves a prompt in its place as a new version. Errors that the lint finds refuse it with all of them named; warnings
 * come back with it.
 */
export async function savePrompt(
  deps: PromptDeps,
  input: SavePrompt,
): Promise<{ prompt: Prompt; findings: Finding[] }> {
  const { actor } = input
  assertMay(actor, 'prompts.write')
  const place = checkedPlace(input)
  const definition = checkedDefinition(input.definition)
  const findings = await lintIn(deps, { actor, place, definition })
  const errors = findings.filter(({ level }) => level === 'error')
  if (errors.length > 0) {
    const rows: Record<string, typeof promptErrors.invalid> = {
      syntax: promptErrors.syntax,
      undefinedVariable: promptErrors.undefinedVariable,
      tooLong: promptErrors.tooLong,
      window: promptErrors.tooLong,
    }
    const fail = rows[errors[0]!.rule] ?? promptErrors.invalid
    throw fail(errors.map(({ message }) => message).join(' '), { detail: { findings } })
  }
  await deps.db.transaction((tx) => addVersion(tx, deps, { ...input, ...place, definition }))
  return { prompt: await getPrompt(deps, { ...place, actor: readerFor(actor) }), findings }
}

/** Takes a prompt out of its place; a shipped one is again as shipped. */
export async function removePrompt(
  deps: PromptDeps,
  input: PromptPlace & { actor: Actor; version: number; reason: string },
): Promise<void> {
  assertMay(input.actor, 'prompts.write')
  const removed = await getPrompt(deps, { ...input, actor: readerFor(input.actor) })
  if (removed.isPartial && !removed.isShipped && removed.topic === '' && removed.language === '') {
    const users = await usersOf(deps, input.actor.workspaceId, removed.key)
    if (users.length > 0) throw promptErrors.invalid(`"${removed.key}" is used in ${users.join(', ')}.`)
  }
  await deps.db.transaction((tx) => addVersion(tx, deps, { ...input, definition: null }))
}

/** Makes an earlier form the current one again, as a new version. */
export async function rollBackPrompt(
  deps: PromptDeps,
  input: PromptPlace & { actor: Actor; to: number; version: number; reason: string },
): Promise<{ prompt: Prompt; findings: Finding[] }> {
  assertMay(input.actor, 'prompts.write')
  const wanted = await getPromptVersion(deps, {
    ...input,
    actor: readerFor(input.actor),
    version: input.to,
  })
  if (!wanted.definition) {
    throw promptErrors.invalid(
      `Version ${input.to} of "${placeText(input)}" is its removal, or of a form this release cannot read.`,
    )
  }
  return savePrompt(deps, { ...input, definition: wanted.definition })
}

/** What the lint says of a definition in a place, with the partials that count there. */
export async function lintIn(
  deps: PromptDeps,
  input: { actor: Actor; place: PromptPlace; definition: PromptDefinition },
): Promise<Finding[]> {
  const { place, definition } = input
  const prompts = await loadPrompts(deps, input.actor.workspaceId)
  const partials = new Map(partialsFor(prompts, place))
  if (definition.isPartial) partials.set(place.key, definition.user)
  const engine = engineFor(prompts, place)
  const findings = lintPrompt(engine, definition, new Set(partials.keys()))
  const circle = circleIn(partials, engine.partialsOf)
  if (circle) {
    findings.push({ level: 'error', rule: 'cycle', message: `These partials contain each other: ${circle}.` })
  }
  return findings
}

function circleIn(partials: ReadonlyMap<string, string>, partialsOf: (text: string) => string[]) {
  const walk = (key: string, trail: readonly string[]): string | undefined => {
    if (trail.includes(key)) return [...trail.slice(trail.indexOf(key)), key].join(' → ')
    let inside: string[] = []
    try {
      inside = partialsOf(partials.get(key) ?? '')
    } catch (error) {
      // A partial that cannot be read is a finding of its own; here it contains nothing.
      if (!(error instanceof Error) || !('code' in error)) throw error
    }
    for (const next of inside) {
      const circle = walk(next, [...trail, key])
      if (circle) return circle
    }
    return undefined
  }
  for (const key of partials.keys()) {
    const circle = walk(key, [])
    if (circle) return circle
  }
  return undefined
}

async function usersOf(deps: PromptDeps, workspaceId: string, partial: string): Promise<string[]> {
  const prompts = await loadPrompts(deps, workspaceId)
  const { partialsOf } = engineFor(prompts, {})
  return prompts
    .filter(({ system, user }) => [...partialsOf(system), ...partialsOf(user)].includes(partial))
    .map(placeText)
}

async function addVersion(
  tx: Db,
  deps: PromptDeps,
  change: PromptPlace & {
    actor: Actor
    definition: PromptDefinition | null
    reason: string
    version: number
  },
): Promise<void> {
  const { actor, key, topic, language, definition, reason, version } = change
  const { workspaceId } = actor
  const at = deps.now?.() ?? new Date()
  const [last] = await tx
    .select({ version: promptVersions.version })
    .from(promptVersions)
    .where(
      and(
        eq(promptVersions.workspaceId, workspaceId),
        eq(promptVersions.key, key),
        eq(promptVersions.topic, topic),
        eq(promptVersions.language, language),
      ),
    )
    .orderBy(desc(promptVersions.version))
    .limit(1)
  const current = last?.version ?? 0
  const row = { workspaceId, key, topic, language, version: version + 1, definition, reason }
  const made =
    version === current
      ? await tx
          .insert(promptVersions)
          .values({ ...row, changedBy: actor.id, changedAt: at })
          .onConflictDoNothing()
          .returning({ version: promptVersions.version })
      : []
  if (made.length === 0) {
    const resource = await getPrompt({ ...deps, db: tx }, { ...change, actor: readerFor(actor) })
    throw staleUpdate({ yours: version, current: resource.version, resource })
  }
  const action = definition === null ? 'prompt.removed' : 'prompt.changed'
  const detail = { topic, language, version: version + 1, reason }
  await publishEvent(tx, { type: action, workspaceId, subjectId: key, data: detail })
  await recordAudit(tx, { actor, action, subjectId: key, detail, at })
}

function readerFor(actor: Actor): Actor {
  return { ...actor, permissions: new Set([...actor.permissions, 'prompts.read']) }
}

function checkedPlace({ key, topic, language }: PromptPlace): PromptPlace {
  const checks = [
    promptKeySchema.safeParse(key),
    topicPlaceSchema.safeParse(topic),
    languagePlaceSchema.safeParse(language),
  ]
  for (const [index, check] of checks.entries()) {
    if (check.success) continue
    const name = ['key', 'topic', 'language'][index]
    throw promptErrors.invalid(`The ${name} ${check.error.issues[0]?.message ?? 'is not valid'}.`)
  }
  return { key, topic, language }
}

export function checkedDefinition(input: unknown): PromptDefinition {
  const parsed = promptDefinitionSchema.safeParse(input)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  const where = issue.path.map(String).join('.')
  const sentence = `${where === '' ? '' : `${where}: `}${issue.message}.`
  const isLong = issue.code === 'too_big' && issue.maximum === mostTemplateChars
  throw isLong ? promptErrors.tooLong(sentence) : promptErrors.invalid(sentence)
}
