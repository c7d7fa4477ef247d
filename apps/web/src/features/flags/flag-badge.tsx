import type { Flag } from '../../api/shapes.ts'
import { Badge } from '../../ui/badge.tsx'
import { flagMessages as m } from './messages.ts'

/** The word and colour of a flag's state. */
export function FlagBadge({ flag }: { flag: Flag }) {
  if (!flag.isOn) return <Badge>{m.off}</Badge>
  if (flag.rollout && !flag.rollout.stopped) return <Badge tone="accent">{m.rollingOut}</Badge>
  return <Badge tone="ok">{m.on}</Badge>
}
