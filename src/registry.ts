/**
 * Every capability, low to high: each may call those before it, through their doors, and none after it.
 * `test/architecture.test.ts` holds the folders to this order.
 */
export const capabilityOrder = [
  'audit',
  'identity',
  'notifications',
  'settings',
  'flags',
  'costs',
  'models',
  'prompts',
  'assets',
  'media',
  'clips',
  'videos',
  'drafts',
  'productions',
  'operations',
] as const

export type Capability = (typeof capabilityOrder)[number]
