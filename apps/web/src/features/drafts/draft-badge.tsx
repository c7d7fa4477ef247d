import type { Draft } from '../../api/shapes.ts'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { draftMessages as m } from './messages.ts'

const toneOf: Record<Draft['stage'], Tone> = {
  saved: 'neutral',
  draft: 'accent',
  scheduled: 'warn',
  published: 'ok',
  archived: 'neutral',
}

/** The word and colour of a draft's stage, the same everywhere. */
export function DraftBadge({ stage }: { stage: Draft['stage'] }) {
  return <Badge tone={toneOf[stage]}>{m.stages[stage]}</Badge>
}
