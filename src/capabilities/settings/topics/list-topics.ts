import { and, desc, eq } from 'drizzle-orm'
import { type Actor, assertMay } from '../../../kernel/actor.ts'
import { diffValues } from '../diff-values.ts'
import { environmentOf } from '../stored-settings.ts'
import { builtInTopic } from './built-in-topics.ts'
import { findTopic, loadTopics, type TopicDeps } from './find-topic.ts'
import { topicVersions } from './schema.ts'
import { type Topic, topicProfileSchema, type TopicVersion } from './topic.ts'

/** The topics of the actor's workspace by name. */
export async function listTopics(deps: TopicDeps, input: { actor: Actor }): Promise<Topic[]> {
  assertMay(input.actor, 'topics.read')
  return loadTopics(deps, input.actor.workspaceId)
}

/** One topic, or `topics.notFound` with the nearest that there is. */
export async function getTopic(deps: TopicDeps, input: { actor: Actor; topic: string }): Promise<Topic> {
  assertMay(input.actor, 'topics.read')
  return findTopic(deps, { workspaceId: input.actor.workspaceId, topic: input.topic })
}

/** The last hundred changes of a topic, newest first. Also of one that was removed. */
export async function listTopicVersions(
  deps: TopicDeps,
  input: { actor: Actor; topic: string },
): Promise<TopicVersion[]> {
  assertMay(input.actor, 'topics.read')
  const rows = await deps.db
    .select()
    .from(topicVersions)
    .where(
      and(
        eq(topicVersions.environment, environmentOf(deps.config)),
        eq(topicVersions.workspaceId, input.actor.workspaceId),
        eq(topicVersions.topic, input.topic),
      ),
    )
    .orderBy(desc(topicVersions.version))
    .limit(101)
  if (rows.length === 0) await findTopic(deps, { workspaceId: input.actor.workspaceId, topic: input.topic })
  return rows.slice(0, 100).map((row, at) => {
    const parsed = topicProfileSchema.safeParse(row.profile)
    const before = at + 1 < rows.length ? rows[at + 1]!.profile : builtInTopic(input.topic)?.profile
    return {
      version: row.version,
      profile: parsed.success ? parsed.data : null,
      diff: diffValues(before ?? null, row.profile),
      changedBy: row.changedBy,
      changedAt: row.changedAt.toISOString(),
      reason: row.reason,
    }
  })
}
