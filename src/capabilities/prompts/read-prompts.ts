import { and, desc, eq } from 'drizzle-orm'
import { type Actor, assertMay } from '../../kernel/actor.ts'
import { type DiffLine, diffText } from './diff-text.ts'
import { promptErrors } from './errors.ts'
import { loadPrompts, type PromptDeps, readDefinition } from './find-prompt.ts'
import { type Prompt, type PromptPlace, type PromptSummary, type PromptVersion, placeText } from './prompt.ts'
import { promptVersions } from './schema.ts'

/** Every prompt with its places, by key. The texts come with `getPrompt`. */
export async function listPrompts(deps: PromptDeps, input: { actor: Actor }): Promise<PromptSummary[]> {
  assertMay(input.actor, 'prompts.read')
  const prompts = await loadPrompts(deps, input.actor.workspaceId)
  return prompts
    .map(({ variables: _v, system: _s, user: _u, windowTokens: _w, replyTokens: _r, ...rest }) => rest)
    .sort((a, b) => `${a.key} ${a.topic} ${a.language}`.localeCompare(`${b.key} ${b.topic} ${b.language}`))
}

/** The prompt in exactly this place. */
export async function getPrompt(deps: PromptDeps, input: PromptPlace & { actor: Actor }): Promise<Prompt> {
  assertMay(input.actor, 'prompts.read')
  const { key, topic, language } = input
  const found = (await loadPrompts(deps, input.actor.workspaceId, [key])).find(
    (each) => each.topic === topic && each.language === language,
  )
  if (!found) throw promptErrors.notFound(`There is no prompt "${placeText(input)}".`)
  return found
}

/** The last hundred forms of a prompt in its place, newest first; version 0 is the one that was shipped. */
export async function listPromptVersions(
  deps: PromptDeps,
  input: PromptPlace & { actor: Actor },
): Promise<PromptVersion[]> {
  assertMay(input.actor, 'prompts.read')
  const { key, topic, language, actor } = input
  const rows = await deps.db
    .select()
    .from(promptVersions)
    .where(
      and(
        eq(promptVersions.workspaceId, actor.workspaceId),
        eq(promptVersions.key, key),
        eq(promptVersions.topic, topic),
        eq(promptVersions.language, language),
      ),
    )
    .orderBy(desc(promptVersions.version))
    .limit(100)
  const shipped = deps.library.find(
    (each) => each.key === key && each.topic === topic && each.language === language,
  )
  if (rows.length === 0 && !shipped) throw promptErrors.notFound(`There is no prompt "${placeText(input)}".`)
  return [
    ...rows.map((row) => ({
      version: row.version,
      definition: readDefinition(row.definition) ?? null,
      changedBy: row.changedBy,
      changedAt: row.changedAt.toISOString(),
      reason: row.reason,
    })),
    ...(shipped
      ? [
          {
            version: 0,
            definition: shipped.definition,
            changedBy: null,
            changedAt: null,
            reason: 'As shipped.',
          },
        ]
      : []),
  ]
}

/** One form of a prompt. */
export async function getPromptVersion(
  deps: PromptDeps,
  input: PromptPlace & { actor: Actor; version: number },
): Promise<PromptVersion> {
  const found = (await listPromptVersions(deps, input)).find(({ version }) => version === input.version)
  if (!found) throw promptErrors.notFound(`"${placeText(input)}" has no version ${input.version}.`)
  return found
}

export type PromptDiff = {
  from: number
  to: number
  system: DiffLine[]
  user: DiffLine[]
  variables: DiffLine[]
}

/** What changed between two forms, line by line. A removed form counts as empty. */
export async function diffPrompt(
  deps: PromptDeps,
  input: PromptPlace & { actor: Actor; from: number; to: number },
): Promise<PromptDiff> {
  const [before, after] = [
    await getPromptVersion(deps, { ...input, version: input.from }),
    await getPromptVersion(deps, { ...input, version: input.to }),
  ]
  const text = ({ definition }: PromptVersion, part: 'system' | 'user') => definition?.[part] ?? ''
  const variables = ({ definition }: PromptVersion) =>
    (definition?.variables ?? [])
      .map(({ name, type, required }) => `${name}: ${type}${required ? '' : ', optional'}`)
      .join('\n')
  return {
    from: input.from,
    to: input.to,
    system: diffText(text(before, 'system'), text(after, 'system')),
    user: diffText(text(before, 'user'), text(after, 'user')),
    variables: diffText(variables(before), variables(after)),
  }
}
