import type { paths } from './schema.ts'

type Body<Responses> = {
  [Status in keyof Responses]: Status extends 200 | 201 | 202
    ? Responses[Status] extends { content: { 'application/json': infer Shape } }
      ? Shape
      : never
    : never
}[keyof Responses]

/** What a GET of this path answers. Shapes are read from paths, so that only addresses are promises. */
type Got<Path extends keyof paths> = paths[Path] extends { get: { responses: infer Responses } }
  ? Body<Responses>
  : never

type ItemOf<List> = List extends { items: Array<infer Item> } ? Item : never

export type Me = Got<'/api/v1/me'>
export type Run = Got<'/api/v1/runs/{runId}'>
export type Asset = Got<'/api/v1/assets/{assetId}'>
export type Media = Got<'/api/v1/assets/{assetId}/media'>
export type Rendition = Got<'/api/v1/renditions/{renditionId}'>
export type RenditionPreset = ItemOf<Got<'/api/v1/rendition-presets'>>
export type EditSuggestions = Got<'/api/v1/assets/{assetId}/suggestions'>
export type Transcript = Got<'/api/v1/transcripts/{transcriptId}'>
export type TranscriptSummary = ItemOf<Got<'/api/v1/assets/{assetId}/transcripts'>>
export type Clip = Got<'/api/v1/clips/{clipId}'>
export type ClipBatch = Got<'/api/v1/clips/batches/{batchId}'>
export type ClipBatchSummary = ItemOf<Got<'/api/v1/clips/batches'>>
export type ClipRule = Got<'/api/v1/clips/rules/{ruleId}'>
export type Draft = Got<'/api/v1/drafts/{draftId}'>
export type Adaptation = ItemOf<Got<'/api/v1/drafts/{draftId}/adaptations'>>
export type Production = Got<'/api/v1/productions/{productionId}'>
export type Notification = ItemOf<Got<'/api/v1/notifications'>>
export type Setting = ItemOf<Got<'/api/v1/settings'>>
export type SettingVersion = ItemOf<Got<'/api/v1/settings/{key}/versions'>>
export type Topic = Got<'/api/v1/topics/{topic}'>
export type TopicVersion = ItemOf<Got<'/api/v1/topics/{topic}/versions'>>
export type VideoEstimate = Got<'/api/v1/topics/{topic}/estimate'>
export type Secret = ItemOf<Got<'/api/v1/secrets'>>
export type Member = ItemOf<Got<'/api/v1/workspaces/{id}/members'>>
export type Invitation = ItemOf<Got<'/api/v1/invitations'>>
export type Webhook = ItemOf<Got<'/api/v1/webhooks'>>
export type WebhookDelivery = ItemOf<Got<'/api/v1/webhooks/{webhookId}/deliveries'>>
export type ApiKey = ItemOf<Got<'/api/v1/api-keys'>>
export type Model = ItemOf<Got<'/api/v1/models'>>
export type Budget = ItemOf<Got<'/api/v1/costs/budgets'>>
export type CostReport = Got<'/api/v1/costs/report'>
export type Role = Member['role']
export type Flag = Got<'/api/v1/flags/{key}'>
export type FlagVersion = ItemOf<Got<'/api/v1/flags/{key}/versions'>>
export type StaleFlag = ItemOf<Got<'/api/v1/flags/stale'>>
export type Experiment = Got<'/api/v1/experiments/{key}'>
export type ExperimentReport = Got<'/api/v1/experiments/{key}/report'>
export type ExperimentSeries = Got<'/api/v1/experiments/{key}/series'>
export type Prompt = Got<'/api/v1/prompts/{key}'>
export type PromptSummary = ItemOf<Got<'/api/v1/prompts'>>
export type PromptVersion = ItemOf<Got<'/api/v1/prompts/{key}/versions'>>
export type PromptDiff = Got<'/api/v1/prompts/{key}/diff'>
