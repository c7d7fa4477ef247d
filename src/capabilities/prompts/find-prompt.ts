import { and, desc, eq, inArray } from 'drizzle-orm'
import { nearestName } from '../../kernel/text.ts'
import type { Db } from '../../platform/db/client.ts'
import { promptErrors } from './errors.ts'
import {
  type Prompt,
  type PromptDefinition,
  promptDefinitionSchema,
  type PromptPlace,
  placeText,
} from './prompt.ts'
import type { ShippedPrompt } from './prompt-library.ts'
import { promptVersions } from './schema.ts'
import { createTemplateEngine, type TemplateEngine } from './template-engine.ts'

export type PromptDeps = { db: Db; library: readonly ShippedPrompt[]; now?: () => Date }

/** Every prompt of a workspace in its places: shipped, changed and own. Of one key, or of all. */
export async function loadPrompts(
  deps: PromptDeps,
  workspaceId: string,
  keys?: readonly string[],
): Promise<Prompt[]> {
  const rows = await deps.db
    .selectDistinctOn([promptVersions.key, promptVersions.topic, promptVersions.language])
    .from(promptVersions)
    .where(
      and(
        eq(promptVersions.workspaceId, workspaceId),
        keys ? inArray(promptVersions.key, [...keys]) : undefined,
      ),
    )
    .orderBy(promptVersions.key, promptVersions.topic, promptVersions.language, desc(promptVersions.version))
  const shipped = deps.library.filter(({ key }) => keys === undefined || keys.includes(key))
  const places = new Map<string, PromptPlace>()
  for (const place of [...shipped, ...rows]) places.set(idOf(place), place)
  return [...places.values()].flatMap((place) => {
    const row = rows.find((each) => idOf(each) === idOf(place))
    const own = shipped.find((each) => idOf(each) === idOf(place))
    const definition = readDefinition(row?.definition) ?? own?.definition
    if (!definition) return []
    const { key, topic, language } = place
    return [
      {
        ...definition,
        key,
        topic,
        language,
        version: row?.version ?? 0,
        isShipped: own !== undefined,
        changedBy: row?.changedBy ?? null,
        changedAt: row?.changedAt.toISOString() ?? null,
      },
    ]
  })
}

export function readDefinition(stored: unknown): PromptDefinition | undefined {
  const parsed = promptDefinitionSchema.safeParse(stored)
  return parsed.success ? parsed.data : undefined
}

const idOf = ({ key, topic, language }: PromptPlace) => `${key}\0${topic}\0${language}`

/** Who asks: `language` may be a regional tag, `pt-BR` is then tried before `pt`. */
export type Wish = { key: string; topic?: string; language?: string }

/** The best of the places for a wish: topic and language, topic, language, any. Undefined when there is none. Pure. */
export function choosePrompt(
  prompts: readonly Prompt[],
  { key, topic = '', language = '' }: Wish,
): Prompt | undefined {
  const languages = [...new Set([language, language.split('-')[0]!])].filter((each) => each !== '')
  const places = [
    ...(topic === '' ? [] : [...languages.map((each) => [topic, each]), [topic, '']]),
    ...languages.map((each) => ['', each]),
    ['', ''],
  ]
  for (const [wantedTopic, wantedLanguage] of places) {
    const found = prompts.find(
      (each) => each.key === key && each.topic === wantedTopic && each.language === wantedLanguage,
    )
    if (found) return found
  }
  return undefined
}

/** The prompt for a wish; `prompts.notFound` names the nearest key. */
export async function findPrompt(deps: PromptDeps, workspaceId: string, wish: Wish): Promise<Prompt> {
  const prompts = await loadPrompts(deps, workspaceId)
  return choosePrompt(prompts, wish) ?? notThere(prompts, wish)
}

function notThere(prompts: readonly Prompt[], wish: Wish): never {
  const near = nearestName(
    wish.key,
    prompts.map(({ key }) => key),
  )
  const name = placeText({ topic: '', language: '', ...wish })
  throw promptErrors.notFound(
    `There is no prompt "${name}".${near && near !== wish.key ? ` Did you mean "${near}"?` : ''}`,
  )
}

/** An engine that knows the partials as they count for a topic and a language. Pure. */
export function engineFor(prompts: readonly Prompt[], wish: Omit<Wish, 'key'>): TemplateEngine {
  return createTemplateEngine(Object.fromEntries(partialsFor(prompts, wish)))
}

/** The text of each partial, by its key. */
export function partialsFor(prompts: readonly Prompt[], wish: Omit<Wish, 'key'>): Map<string, string> {
  const keys = new Set(prompts.filter(({ isPartial }) => isPartial).map(({ key }) => key))
  const texts = [...keys].flatMap((key) => {
    const found = choosePrompt(prompts, { ...wish, key })
    return found?.isPartial ? [[key, found.user] as const] : []
  })
  return new Map(texts)
}
