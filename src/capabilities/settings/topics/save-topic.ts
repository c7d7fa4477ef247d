import { and, desc, eq } from 'drizzle-orm'
import { type Actor, assertMay } from '../../../kernel/actor.ts'
import { publishEvent } from '../../../platform/events/publish-event.ts'
import { staleUpdate } from '../../../platform/http/etag.ts'
import { recordAudit } from '../../audit/index.ts'
import { diffValues } from '../diff-values.ts'
import { settingErrors } from '../errors.ts'
import { environmentOf } from '../stored-settings.ts'
import { builtInTopic } from './built-in-topics.ts'
import { topicErrors } from './errors.ts'
import { findTopic, loadTopics, type TopicDeps } from './find-topic.ts'
import { topicVersions } from './schema.ts'
import { type Topic, type TopicProfile, topicProfileSchema, topicSlugSchema } from './topic.ts'

type Deps = TopicDeps & { now?: () => Date }

/** What a new topic has where its maker says nothing. */
export const emptyProfile: TopicProfile = {
  name: 'New topic',
  description: '',
  language: 'en',
  audience: '',
  style: { tone: '', pitchPercent: 0, volumeDb: 0, sentencePauseMs: 250, paragraphPauseMs: 700 },
  vocabulary: [],
  keywords: [],
  prompts: {},
  needsDisclaimer: false,
  disclaimers: [],
  schedule: null,
}

export type CreateTopic = { actor: Actor; topic?: string; profile: Partial<TopicProfile>; reason: string }

/** Adds a topic. Its short name is made of its name unless one is given. Fails with `topics.exists`, `topics.invalid`. */
export async function createTopic(deps: Deps, input: CreateTopic): Promise<Topic> {
  const { actor, reason } = input
  assertMay(actor, 'topics.write')
  const profile = checkedProfile({ ...emptyProfile, ...input.profile })
  const topic = checkedSlug(input.topic ?? slugOf(profile.name))
  const [taken] = await loadTopics(deps, actor.workspaceId, topic)
  if (taken) throw topicErrors.exists(`There is a topic "${topic}" already.`)
  return addVersion(deps, { actor, topic, profile, reason, action: 'topic.created' })
}

export type UpdateTopic = {
  actor: Actor
  topic: string
  /** Only what is to be another one. */
  profile: Partial<TopicProfile>
  reason: string
  /** The version that the change was made on. */
  version: number
}

/** Changes a topic; a built-in one becomes the workspace's own by that. */
export async function updateTopic(deps: Deps, input: UpdateTopic): Promise<Topic> {
  const { actor, topic, version, reason } = input
  assertMay(actor, 'topics.write')
  const current = await findTopic(deps, { workspaceId: actor.workspaceId, topic })
  if (current.version !== version) {
    throw staleUpdate({ yours: version, current: current.version, resource: current })
  }
  const profile = checkedProfile({ ...current.profile, ...input.profile })
  return addVersion(deps, {
    actor,
    topic,
    profile,
    reason,
    version,
    action: 'topic.updated',
    before: current.profile,
  })
}

/** Takes a topic out of the lists. Its history stays, and `rollbackTopic` brings it back. */
export async function removeTopic(
  deps: Deps,
  input: { actor: Actor; topic: string; version: number },
): Promise<void> {
  const { actor, topic, version } = input
  assertMay(actor, 'topics.write')
  const current = await findTopic(deps, { workspaceId: actor.workspaceId, topic })
  if (current.version !== version) {
    throw staleUpdate({ yours: version, current: current.version, resource: current })
  }
  const change = { actor, topic, version, reason: 'removed', profile: null, before: current.profile }
  await addVersion(deps, { ...change, action: 'topic.removed' })
}

/**
 * Brings a topic back to an earlier version, as a new one; 0 is a built-in topic as it came. Fails with
 * `settings.noVersion`, and with `settings.schemaChanged` when this release no longer takes what it was.
 */
export async function rollbackTopic(
  deps: Deps,
  input: { actor: Actor; topic: string; toVersion: number; reason: string },
): Promise<Topic> {
  const { actor, topic, toVersion, reason } = input
  assertMay(actor, 'topics.write')
  const rows = await deps.db
    .select()
    .from(topicVersions)
    .where(
      and(
        eq(topicVersions.environment, environmentOf(deps.config)),
        eq(topicVersions.workspaceId, actor.workspaceId),
        eq(topicVersions.topic, topic),
      ),
    )
    .orderBy(desc(topicVersions.version))
  const wanted = toVersion === 0 ? builtInTopic(topic) : rows.find((row) => row.version === toVersion)
  if (!wanted?.profile)
    throw settingErrors.noVersion(`The topic ${topic} has no version ${toVersion} to go back to.`)
  const parsed = topicProfileSchema.safeParse(wanted.profile)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw settingErrors.schemaChanged(
      `Version ${toVersion} of ${topic} cannot come back: ${issue?.path.join('.')} ${issue?.message} today.`,
    )
  }
  const version = rows[0]?.version ?? 0
  const before = rows[0]?.profile ?? builtInTopic(topic)?.profile ?? null
  return addVersion(deps, {
    actor,
    topic,
    reason,
    version,
    before,
    profile: parsed.data,
    action: 'topic.rolledBack',
  })
}

type Addition = {
  actor: Actor
  topic: string
  profile: TopicProfile | null
  before?: unknown
  reason: string
  version?: number
  action: 'topic.created' | 'topic.updated' | 'topic.removed' | 'topic.rolledBack'
}

async function addVersion(deps: Deps, addition: Addition): Promise<Topic> {
  const { actor, topic, profile, reason, action, before } = addition
  const { workspaceId } = actor
  const at = deps.now?.() ?? new Date()
  return deps.db.transaction(async (tx) => {
    const inside = { ...deps, db: tx }
    // One that was removed goes on with its numbers, so that its history stays in order.
    const version = addition.version ?? (await latestVersion(inside, workspaceId, topic))
    const row = { environment: environmentOf(deps.config), workspaceId, topic, version: version + 1 }
    const made = await tx
      .insert(topicVersions)
      .values({ ...row, profile, changedBy: actor.id, reason, changedAt: at })
      .onConflictDoNothing()
      .returning({ version: topicVersions.version })
    if (made.length === 0) {
      const [resource] = await loadTopics(inside, workspaceId, topic)
      throw staleUpdate({
        yours: version,
        current: await latestVersion(inside, workspaceId, topic),
        resource,
      })
    }
    const diff = diffValues(before ?? null, profile)
    await publishEvent(tx, { type: action, workspaceId, subjectId: topic, data: { version: version + 1 } })
    const detail = { reason, version: version + 1, diff: diff.slice(0, 50) }
    await recordAudit(tx, { actor, action, subjectId: topic, detail, at })
    const isBuiltIn = builtInTopic(topic) !== undefined
    const shown = profile ?? topicProfileSchema.parse(before)
    return {
      topic,
      profile: shown,
      isBuiltIn,
      isChanged: isBuiltIn,
      version: version + 1,
      updatedAt: at.toISOString(),
    }
  })
}

async function latestVersion(deps: TopicDeps, workspaceId: string, topic: string): Promise<number> {
  const [row] = await deps.db
    .select({ version: topicVersions.version })
    .from(topicVersions)
    .where(
      and(
        eq(topicVersions.environment, environmentOf(deps.config)),
        eq(topicVersions.workspaceId, workspaceId),
        eq(topicVersions.topic, topic),
      ),
    )
    .orderBy(desc(topicVersions.version))
    .limit(1)
  return row?.version ?? 0
}

function checkedProfile(profile: unknown): TopicProfile {
  const parsed = topicProfileSchema.safeParse(profile)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw topicErrors.invalid(
    `The topic's ${issue?.path.join('.') || 'profile'} ${issue?.message ?? 'is not valid'}.`,
  )
}

function checkedSlug(topic: string): string {
  const parsed = topicSlugSchema.safeParse(topic)
  if (parsed.success) return parsed.data
  throw topicErrors.invalid(`The short name "${topic.slice(0, 60)}" ${parsed.error.issues[0]?.message}.`)
}

/** `Home cooking & baking` → `home-cooking-baking`. */
function slugOf(name: string): string {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
  return plain
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replaceAll(/^-+|-+$/g, '')
}
