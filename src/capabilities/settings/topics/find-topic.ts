import { and, desc, eq } from 'drizzle-orm'
import { nearestName } from '../../../kernel/text.ts'
import { environmentOf, type SettingsDeps } from '../stored-settings.ts'
import { builtInTopic, builtInTopics } from './built-in-topics.ts'
import { topicErrors } from './errors.ts'
import { topicVersions } from './schema.ts'
import { type Topic, topicProfileSchema } from './topic.ts'

export type TopicDeps = Pick<SettingsDeps, 'db' | 'config'>

/** Every topic of a workspace by name: those of the product and its own, without those that were removed. */
export async function loadTopics(deps: TopicDeps, workspaceId: string, topic?: string): Promise<Topic[]> {
  const rows = await deps.db
    .selectDistinctOn([topicVersions.topic])
    .from(topicVersions)
    .where(
      and(
        eq(topicVersions.environment, environmentOf(deps.config)),
        eq(topicVersions.workspaceId, workspaceId),
        topic === undefined ? undefined : eq(topicVersions.topic, topic),
      ),
    )
    .orderBy(topicVersions.topic, desc(topicVersions.version))
  const changed = new Map(rows.map((row) => [row.topic, row]))
  const untouched = builtInTopics
    .filter((one) => !changed.has(one.topic) && (topic === undefined || one.topic === topic))
    .map((one): Topic => ({
      topic: one.topic,
      profile: one.profile,
      isBuiltIn: true,
      isChanged: false,
      version: 0,
      updatedAt: null,
    }))
  const stored = rows.flatMap((row): Topic[] => {
    // A profile of another release that no longer fits shows what the product has, rather than nothing at all.
    const parsed = topicProfileSchema.safeParse(row.profile)
    const profile = parsed.success ? parsed.data : builtInTopic(row.topic)?.profile
    if (row.profile === null || profile === undefined) return []
    const isBuiltIn = builtInTopic(row.topic) !== undefined
    const updatedAt = row.changedAt.toISOString()
    return [{ topic: row.topic, profile, isBuiltIn, isChanged: isBuiltIn, version: row.version, updatedAt }]
  })
  return [...untouched, ...stored].sort((a, b) => a.profile.name.localeCompare(b.profile.name))
}

/** One topic for the product's own use, or `topics.notFound` with the nearest that there is. Asks no permission. */
export async function findTopic(
  deps: TopicDeps,
  input: { workspaceId: string; topic: string },
): Promise<Topic> {
  const [found] = await loadTopics(deps, input.workspaceId, input.topic)
  if (found) return found
  const all = await loadTopics(deps, input.workspaceId)
  const near = nearestName(
    input.topic,
    all.map(({ topic }) => topic),
  )
  throw topicErrors.notFound(`There is no topic "${input.topic}".${near ? ` Did you mean "${near}"?` : ''}`)
}

/** Refuses a name that is no topic of the workspace. */
export async function assertTopic(
  deps: TopicDeps,
  input: { workspaceId: string; topic: string },
): Promise<void> {
  await findTopic(deps, input)
}
