import { type Actor, assertMay } from '../../../kernel/actor.ts'
import { estimateVideo, type VideoEstimate, type VideoPrices } from '../cost-impact.ts'
import { readSetting } from '../read-setting.ts'
import { loadStored, type SettingsDeps } from '../stored-settings.ts'
import { findTopic } from './find-topic.ts'
import { topicSsml } from './speak-topic.ts'

/** What one video of a topic costs with the settings that count for it now. */
export async function estimateTopic(
  deps: SettingsDeps & { prices: VideoPrices },
  input: { actor: Actor; topic: string },
): Promise<VideoEstimate> {
  const { actor, topic } = input
  assertMay(actor, 'topics.read')
  await findTopic(deps, { workspaceId: actor.workspaceId, topic })
  const stored = await loadStored(deps, actor.workspaceId)
  return estimateVideo(deps.prices, actor.workspaceId, { ...deps, topic, stored })
}

/** A text as it is given to a voice for this topic, in SSML. */
export async function previewSpeech(
  deps: SettingsDeps,
  input: { actor: Actor; topic: string; text: string },
): Promise<string> {
  const { actor, topic, text } = input
  assertMay(actor, 'topics.write')
  const { profile } = await findTopic(deps, { workspaceId: actor.workspaceId, topic })
  return topicSsml(text, profile, await readSetting(deps, actor.workspaceId, 'speech.ratePercent', { topic }))
}
