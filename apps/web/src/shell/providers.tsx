'use client'
import { QueryClientProvider } from '@tanstack/react-query'
import { Tooltip } from 'radix-ui'
import { type ReactNode, useState } from 'react'
import { createQueryClient } from '../api/query-client.ts'
import { Toaster } from '../ui/toast.tsx'
import { shellMessages as m } from './messages.ts'
import { ThemeProvider, useTheme } from './theme.tsx'

/** What every page stands on: the cache of server state, the theme, tooltips and toasts. */
export function Providers({ children }: { children: ReactNode }) {
  const [client] = useState(createQueryClient)
  return (
    <QueryClientProvider client={client}>
      <ThemeProvider>
        <Tooltip.Provider>{children}</Tooltip.Provider>
        <ThemedToaster />
      </ThemeProvider>
    </QueryClientProvider>
  )
}

function ThemedToaster() {
  return <Toaster dark={useTheme().dark} label={m.notificationsRegion} />
}
