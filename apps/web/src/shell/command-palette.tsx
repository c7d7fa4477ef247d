'use client'
import { useQuery } from '@tanstack/react-query'
import { Command } from 'cmdk'
import { FileText, Film, Keyboard, LogOut, Moon, Upload } from 'lucide-react'
import { useRouter } from 'next/navigation'
import type { ReactNode } from 'react'
import { recentAssetsQuery } from '../features/assets/asset-queries.ts'
import { recentDraftsQuery } from '../features/drafts/draft-queries.ts'
import { recentRunsQuery } from '../features/runs/run-queries.ts'
import { RunBadge } from '../features/runs/run-state.tsx'
import { Kbd } from '../ui/kbd.tsx'
import { hrefs } from './detail-id.ts'
import { shellMessages as m } from './messages.ts'
import { navigation } from './navigation.ts'
import { useTheme } from './theme.tsx'
import { useSignOut } from './sign-out.ts'

type PaletteProps = { open: boolean; onOpenChange: (open: boolean) => void; onShortcuts: () => void }

/** ⌘K: every page, action and recent thing by typing a part of its name. */
export function CommandPalette({ open, onOpenChange, onShortcuts }: PaletteProps) {
  return (
    <Command.Dialog
      open={open}
      onOpenChange={onOpenChange}
      label={m.palette.label}
      overlayClassName="fixed inset-0 z-40 bg-black/45"
      contentClassName="fixed inset-x-4 top-[12dvh] z-50 mx-auto max-w-xl animate-slide-up overflow-hidden rounded-2xl border border-line bg-raised shadow-high"
    >
      <Command.Input
        placeholder={m.palette.placeholder}
        className="h-13 w-full border-b border-line bg-transparent px-5 text-lg outline-none placeholder:text-faint"
      />
      <Command.List className="max-h-[min(24rem,60dvh)] overflow-y-auto p-2">
        <Command.Empty className="py-10 text-center text-soft">{m.palette.empty}</Command.Empty>
        {open ? <Choices close={() => onOpenChange(false)} onShortcuts={onShortcuts} /> : null}
      </Command.List>
    </Command.Dialog>
  )
}

function Choices({ close, onShortcuts }: { close: () => void; onShortcuts: () => void }) {
  const router = useRouter()
  const theme = useTheme()
  const signOut = useSignOut()
  const assets = useQuery(recentAssetsQuery).data?.items ?? []
  const drafts = useQuery(recentDraftsQuery).data?.items ?? []
  const runs = useQuery(recentRunsQuery).data?.items ?? []

  function go(href: string) {
    close()
    router.push(href)
  }
  function act(action: () => void) {
    close()
    action()
  }

  return (
    <>
      <Group heading={m.palette.pages}>
        {navigation.map(({ href, label, icon: Icon, chord }) => (
          <Item key={href} value={label} onSelect={() => go(href)}>
            <Icon />
            {label}
            <span className="ml-auto flex gap-1">
              {chord.split(' ').map((key) => (
                <Kbd key={key}>{key.toUpperCase()}</Kbd>
              ))}
            </span>
          </Item>
        ))}
      </Group>
      <Group heading={m.palette.actions}>
        <Item value={m.palette.upload} onSelect={() => go('/?upload=1')}>
          <Upload />
          {m.palette.upload}
        </Item>
        <Item
          value={m.palette.toggleTheme}
          onSelect={() => act(() => theme.choose(theme.dark ? 'light' : 'dark'))}
        >
          <Moon />
          {m.palette.toggleTheme}
        </Item>
        <Item value={m.shortcuts} onSelect={() => act(onShortcuts)}>
          <Keyboard />
          {m.shortcuts}
        </Item>
        <Item value={m.signOut} onSelect={() => act(signOut)}>
          <LogOut />
          {m.signOut}
        </Item>
      </Group>
      {assets.length > 0 ? (
        <Group heading={m.palette.recordings}>
          {assets.map((asset) => (
            <Item
              key={asset.id}
              value={`${asset.name} ${asset.id}`}
              onSelect={() => go(hrefs.asset(asset.id))}
            >
              <Film />
              <span className="truncate">{asset.name}</span>
            </Item>
          ))}
        </Group>
      ) : null}
      {drafts.length > 0 ? (
        <Group heading={m.palette.drafts}>
          {drafts.map((draft) => (
            <Item
              key={draft.id}
              value={`${draft.title} ${draft.id}`}
              onSelect={() => go(hrefs.draft(draft.id))}
            >
              <FileText />
              <span className="truncate">{draft.title}</span>
            </Item>
          ))}
        </Group>
      ) : null}
      {runs.length > 0 ? (
        <Group heading={m.palette.runs}>
          {runs.slice(0, 8).map((run) => (
            <Item key={run.id} value={`${run.title} ${run.id}`} onSelect={() => go(hrefs.run(run.id))}>
              <span className="min-w-0 flex-1 truncate">{run.title}</span>
              <RunBadge state={run.state} />
            </Item>
          ))}
        </Group>
      ) : null}
    </>
  )
}

function Group({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="mb-1 [&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-faint"
    >
      {children}
    </Command.Group>
  )
}

function Item({ value, onSelect, children }: { value: string; onSelect: () => void; children: ReactNode }) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="flex min-h-10 cursor-pointer items-center gap-3 rounded-lg px-3 data-[selected=true]:bg-accent-soft [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-faint"
    >
      {children}
    </Command.Item>
  )
}
