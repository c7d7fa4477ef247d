'use client'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ChevronsUpDown, CircleUser, Keyboard, LogOut, Search } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { chooseWorkspace } from '../api/workspace-choice.ts'
import { meQuery } from '../features/identity/session.ts'
import { NotificationsPopover } from '../features/notifications/notifications-popover.tsx'
import { JobsPopover } from '../features/runs/jobs-popover.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Kbd } from '../ui/kbd.tsx'
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '../ui/menu.tsx'
import { CommandPalette } from './command-palette.tsx'
import { shellMessages as m } from './messages.ts'
import { useModKey } from './mod-key.ts'
import { navigation } from './navigation.ts'
import { useSignOut } from './sign-out.ts'
import { ShortcutsDialog } from './shortcuts-dialog.tsx'
import { useShortcuts } from './shortcuts.ts'
import { themeChoices, useTheme } from './theme.tsx'

/** Workspace, search, running jobs, notifications and the account. */
export function TopBar() {
  const router = useRouter()
  const modKey = useModKey()
  // Nothing is asked before it is known that somebody may ask.
  const isSignedIn = useQuery(meQuery).data !== undefined
  const [paletteOpen, setPaletteOpen] = useState(false)
  const [helpOpen, setHelpOpen] = useState(false)
  useShortcuts({
    'Mod+k': () => {
      setHelpOpen(false)
      setPaletteOpen((open) => !open)
    },
    '?': () => setHelpOpen(true),
    ...Object.fromEntries(navigation.map(({ chord, href }) => [chord, () => router.push(href)])),
  })

  return (
    <header className="sticky top-0 z-20 flex h-14 items-center gap-1 border-b border-line bg-canvas/90 px-3 backdrop-blur md:px-6">
      <WorkspaceMenu />
      <div className="flex min-w-0 flex-1 justify-end md:justify-center">
        <button
          type="button"
          onClick={() => setPaletteOpen(true)}
          className="hidden h-9 w-full max-w-md items-center gap-2.5 rounded-lg border border-line bg-surface px-3 text-faint shadow-low transition-colors hover:border-line-strong md:flex"
        >
          <Search className="size-4" aria-hidden="true" />
          <span className="flex-1 truncate text-left">{m.search}</span>
          <Kbd>{modKey} K</Kbd>
        </button>
        <IconButton label={m.searchShort} onClick={() => setPaletteOpen(true)} className="md:hidden">
          <Search />
        </IconButton>
      </div>
      {isSignedIn ? <JobsPopover /> : null}
      {isSignedIn ? <NotificationsPopover /> : null}
      <AccountMenu onShortcuts={() => setHelpOpen(true)} />
      <CommandPalette
        open={paletteOpen}
        onOpenChange={setPaletteOpen}
        onShortcuts={() => setHelpOpen(true)}
      />
      <ShortcutsDialog open={helpOpen} onOpenChange={setHelpOpen} />
    </header>
  )
}

function WorkspaceMenu() {
  const client = useQueryClient()
  const router = useRouter()
  const me = useQuery(meQuery).data
  const current = me?.workspaces.find(({ id }) => id === me.workspaceId)
  if (!me || !current) return <span className="h-9 w-24 md:w-40" />

  return (
    <Menu
      align="start"
      trigger={
        <Button
          look="ghost"
          aria-label={m.switchWorkspace(current.name)}
          className="max-w-40 min-w-0 px-2 md:max-w-56"
        >
          <span className="truncate text-ink">{current.name}</span>
          <ChevronsUpDown className="text-faint" aria-hidden="true" />
        </Button>
      }
    >
      <MenuLabel>{m.workspace}</MenuLabel>
      {me.workspaces.map((workspace) => (
        <MenuItem
          key={workspace.id}
          checked={workspace.id === current.id}
          onSelect={() => {
            chooseWorkspace(workspace.id)
            client.clear()
            router.push('/')
          }}
        >
          {workspace.name}
        </MenuItem>
      ))}
    </Menu>
  )
}

function AccountMenu({ onShortcuts }: { onShortcuts: () => void }) {
  const me = useQuery(meQuery).data
  const theme = useTheme()
  const signOutHere = useSignOut()
  return (
    <Menu
      trigger={
        <Button look="ghost" aria-label={m.account} className="w-9 px-0">
          <CircleUser aria-hidden="true" />
        </Button>
      }
    >
      {me?.person ? <MenuLabel>{me.person.email}</MenuLabel> : null}
      <MenuItem onSelect={onShortcuts}>
        <Keyboard /> {m.shortcuts}
      </MenuItem>
      <MenuSeparator />
      <MenuLabel>{m.theme}</MenuLabel>
      {themeChoices.map((choice) => (
        <MenuItem key={choice} checked={theme.choice === choice} onSelect={() => theme.choose(choice)}>
          {m.themes[choice]}
        </MenuItem>
      ))}
      <MenuSeparator />
      <MenuItem onSelect={signOutHere}>
        <LogOut /> {m.signOut}
      </MenuItem>
    </Menu>
  )
}
