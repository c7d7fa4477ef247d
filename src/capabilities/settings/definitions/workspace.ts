import { numberSetting } from '../definition.ts'

/** What a workspace may keep. */
export const workspaceSettings = {
  'workspace.quotaBytes': numberSetting({
    title: 'Storage quota',
    description: 'How much this workspace may keep.',
    default: 2 ** 40,
    unit: 'bytes',
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
    environment: { variable: 'CREATOROPS_QUOTA_BYTES', read: (config) => config.quotaBytes },
    isCapped: true,
  }),
} as const
