import { createHash } from 'node:crypto'
import { systemActor } from '../../kernel/actor.ts'
import { assignUnit } from '../flags/index.ts'
import { findTopic, type SettingsDeps } from '../settings/index.ts'
import { engineFor, findPrompt, loadPrompts, type PromptDeps, readDefinition } from './find-prompt.ts'
import { findRunningTest } from './compare-prompts.ts'
import { promptErrors } from './errors.ts'
import { type PromptDefinition, type PromptPlace, placeText } from './prompt.ts'
import { renderPrompt } from './render-prompt.ts'
import { and, eq } from 'drizzle-orm'
import { promptVersions } from './schema.ts'

export type UsePrompt = {
  workspaceId: string
  key: string
  topic?: string
  language?: string
  values: Record<string, unknown>
  /** What is being made, such as the draft: gets the same variant of a test for ever, and its outcomes are judged. */
  unitId?: string
}

/** Which text was used, to be kept with what was made of it. */
export type PromptUse = PromptPlace & {
  version: number
  experiment: string | null
  variant: string | null
  /** Of both messages: the same text gives the same, so that a model's answer can be cached by it. */
  sha256: string
}

export type UsedPrompt = { system: string; user: string; tokens: number; task: string; use: PromptUse }

export type UsePromptDeps = PromptDeps & Pick<SettingsDeps, 'config'>

/**
 * The messages for a model, for the product's own use: asks no permission. Chosen by topic, then language, then the
 * default; where a test of two versions is running and a unit is named, the unit's variant. A topic may name another prompt for
 * the task.
 */
export async function usePrompt(deps: UsePromptDeps, input: UsePrompt): Promise<UsedPrompt> {
  const { workspaceId, topic = '', language = '', unitId } = input
  const key = topic === '' ? input.key : await keyOfTopic(deps, workspaceId, topic, input.key)
  const found = await findPrompt(deps, workspaceId, { key, topic, language })
  if (found.isPartial) throw promptErrors.invalid(`"${key}" is a part of others and not used alone.`)
  const place: PromptPlace = { key, topic: found.topic, language: found.language }
  const tested = unitId === undefined ? undefined : await testedVersion(deps, workspaceId, place, unitId)
  const definition = tested?.definition ?? found
  const prompts = await loadPrompts(deps, workspaceId)
  const { system, user, tokens } = renderPrompt(
    engineFor(prompts, { topic, language }),
    definition,
    input.values,
  )
  return {
    system,
    user,
    tokens,
    task: definition.task,
    use: {
      ...place,
      version: tested?.version ?? found.version,
      experiment: tested?.experiment ?? null,
      variant: tested?.variant ?? null,
      sha256: createHash('sha256').update(system).update('\0').update(user).digest('hex'),
    },
  }
}

async function keyOfTopic(
  deps: UsePromptDeps,
  workspaceId: string,
  topic: string,
  key: string,
): Promise<string> {
  const { profile } = await findTopic(deps, { workspaceId, topic })
  return profile.prompts[key] ?? key
}

type Tested = { definition: PromptDefinition; version: number; experiment: string; variant: string }

async function testedVersion(
  deps: PromptDeps,
  workspaceId: string,
  place: PromptPlace,
  unitId: string,
): Promise<Tested | undefined> {
  const test = await findRunningTest(deps.db, workspaceId, place)
  if (!test) return undefined
  const actor = systemActor('prompts', workspaceId)
  const { variant } = await assignUnit(deps, { actor, key: test.key, unitId })
  const version = variant === null ? undefined : test.versions[variant]
  if (variant === null || version === undefined) return undefined
  return {
    definition: await definitionAt(deps, workspaceId, place, version),
    version,
    experiment: test.key,
    variant,
  }
}

/** The text of one version, for the product's own use. */
export async function definitionAt(
  deps: PromptDeps,
  workspaceId: string,
  place: PromptPlace,
  version: number,
): Promise<PromptDefinition> {
  const { key, topic, language } = place
  if (version === 0) {
    const shipped = deps.library.find(
      (each) => each.key === key && each.topic === topic && each.language === language,
    )
    if (shipped) return shipped.definition
  }
  const [row] = await deps.db
    .select({ definition: promptVersions.definition })
    .from(promptVersions)
    .where(
      and(
        eq(promptVersions.workspaceId, workspaceId),
        eq(promptVersions.key, key),
        eq(promptVersions.topic, topic),
        eq(promptVersions.language, language),
        eq(promptVersions.version, version),
      ),
    )
  const definition = readDefinition(row?.definition)
  if (!definition) throw promptErrors.notFound(`"${placeText(place)}" has no version ${version} to use.`)
  return definition
}
