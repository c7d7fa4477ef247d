import type { FlagDefinition } from './flag.ts'

const always = { rules: [], environments: {}, schedule: [], prerequisites: [], rollout: null, owner: '' }

/** The flags that the product itself reads, as they are until somebody changes them. A row needs a reader. */
export const shippedFlags: Readonly<Record<string, FlagDefinition>> = {
  'productions.writeDrafts': {
    ...always,
    title: 'Write drafts for new clips',
    description:
      'When a recording is processed, each of its clips gets a draft. Off: clips are made, and drafts are left to people. ' +
      'Attributes: assetId (also the unit), title.',
    kind: 'boolean',
    variants: { on: true, off: false },
    isOn: true,
    offVariant: 'off',
    serve: { variant: 'on' },
    isPermanent: true,
  },
}
