import { listDrafts } from './capabilities/drafts/index.ts'
import type { RealData } from './capabilities/prompts/index.ts'
import { findTopic, type SettingsDeps } from './capabilities/settings/index.ts'
import { accessErrors } from './kernel/actor.ts'
import { AppError } from './kernel/errors.ts'

const languages = new Intl.DisplayNames(['en'], { type: 'language' })

/**
 * What previews of prompts are filled with: the newest draft that has a text, and the topic that the prompt is for.
 * Only what the person who previews may read.
 */
export function promptData(deps: Pick<SettingsDeps, 'db' | 'config'>): RealData {
  return async (actor, { topic }) => ({
    ...(await fromDrafts(deps, actor)),
    ...(topic === '' ? {} : await fromTopic(deps, { workspaceId: actor.workspaceId, topic })),
  })
}

async function fromDrafts(
  deps: Pick<SettingsDeps, 'db'>,
  actor: Parameters<RealData>[0],
): Promise<Record<string, unknown>> {
  try {
    const { items } = await listDrafts(deps, { actor, limit: 20 })
    const draft = items.find(({ body }) => body.trim() !== '') ?? items[0]
    return draft ? { 'draft.title': draft.title, 'draft.body': draft.body } : {}
  } catch (error) {
    // Who may not read drafts sees the examples instead.
    if (error instanceof AppError && error.row === accessErrors.rows.forbidden) return {}
    throw error
  }
}

async function fromTopic(
  deps: Pick<SettingsDeps, 'db' | 'config'>,
  input: { workspaceId: string; topic: string },
): Promise<Record<string, unknown>> {
  try {
    const { profile } = await findTopic(deps, input)
    return {
      'topic.audience': profile.audience,
      'topic.tone': profile.style.tone,
      'topic.language': languages.of(profile.language) ?? profile.language,
      'topic.keywords': profile.keywords,
      'topic.disclaimers': profile.disclaimers.map(({ text }) => text),
    }
  } catch (error) {
    // A prompt may be written for a topic before the topic is made.
    if (error instanceof AppError && error.code === 'topics.notFound') return {}
    throw error
  }
}
