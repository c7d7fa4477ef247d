'use client'
import { Dialog } from '../ui/dialog.tsx'
import { Kbd } from '../ui/kbd.tsx'
import { shellMessages as m } from './messages.ts'
import { useModKey } from './mod-key.ts'
import { navigation } from './navigation.ts'

const n = m.shortcutNames
const groups: Array<{ title: string; rows: Array<[string, string[]]> }> = [
  {
    title: m.shortcutGroups.everywhere,
    rows: [
      [n.palette, ['Mod', 'K']],
      [n.help, ['?']],
      ...navigation.map(({ label, chord }): [string, string[]] => [
        m.goTo(label),
        chord.toUpperCase().split(' '),
      ]),
    ],
  },
  {
    title: m.shortcutGroups.player,
    rows: [
      [n.playPause, ['Space']],
      [n.slower, ['J']],
      [n.pause, ['K']],
      [n.faster, ['L']],
      [n.frameBack, ['←']],
      [n.frameOn, ['→']],
      [n.secondBack, ['⇧', '←']],
      [n.secondOn, ['⇧', '→']],
    ],
  },
  {
    title: m.shortcutGroups.timeline,
    rows: [
      [n.setIn, ['I']],
      [n.setOut, ['O']],
      [n.clearRange, ['X']],
      [n.createClip, ['C']],
      [n.zoomIn, ['+']],
      [n.zoomOut, ['−']],
      [n.zoomFit, ['0']],
    ],
  },
]

/** Every shortcut there is. */
export function ShortcutsDialog({
  open,
  onOpenChange,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
}) {
  const modKey = useModKey()
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={m.shortcuts}
      closeLabel={m.close}
      className="max-w-2xl"
    >
      <div className="grid gap-x-10 gap-y-6 sm:grid-cols-2">
        {groups.map(({ title, rows }) => (
          <section key={title}>
            <h3 className="mb-2 text-sm font-medium text-faint">{title}</h3>
            <dl className="flex flex-col gap-2">
              {rows.map(([name, keys]) => (
                <div key={name} className="flex items-center justify-between gap-4">
                  <dt>{name}</dt>
                  <dd className="flex gap-1">
                    {keys.map((key) => (
                      <Kbd key={key}>{key === 'Mod' ? modKey : key}</Kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
