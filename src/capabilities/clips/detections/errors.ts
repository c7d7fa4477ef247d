import { defineErrors } from '../../../kernel/errors.ts'

export const clipRuleErrors = defineErrors('clipRules', {
  notFound: {
    status: 404,
    retry: 'never',
    help: 'There is no such rule in this workspace, or it was deleted.',
  },
  badRule: {
    status: 422,
    retry: 'after-change',
    help: 'A rule has a name; scores go from 0 to 1, lengths are whole milliseconds.',
  },
  badEvent: {
    status: 422,
    retry: 'after-change',
    help: 'An event names an asset or a playlist and its clips: {"type":"clips.detected","assetId","clips":[{"startMs","endMs","score"}]}, or the same as "detail" of an EventBridge event with "detail-type":"clips.detected".',
  },
})
