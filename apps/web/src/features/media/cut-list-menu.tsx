'use client'
import { useMutation } from '@tanstack/react-query'
import { Scissors } from 'lucide-react'
import { api, ask } from '../../api/client.ts'
import { problemText } from '../../shell/problem-note.tsx'
import { Button } from '../../ui/button.tsx'
import { Menu, MenuItem, MenuLabel } from '../../ui/menu.tsx'
import { toast } from '../../ui/toast.tsx'
import { mediaMessages } from './messages.ts'
import { saveFile } from './save-file.ts'

const m = mediaMessages.cutList
type Format = keyof typeof m.formats

/** Downloads the tight cut of a recording for an editor. */
export function CutListMenu({ assetId }: { assetId: string }) {
  const download = useMutation({
    mutationFn: async (format: Format) => {
      const params = { path: { assetId }, query: { format } }
      // Asked for like everything else, not by a plain link, which could not say the workspace.
      const call = api.GET('/api/v1/assets/{assetId}/cut-list', { params, parseAs: 'blob' })
      const [content, { response }] = await Promise.all([ask(call), call])
      saveFile(content, response.headers)
    },
    onError: (error) => toast.error(problemText(error)),
  })
  return (
    <Menu
      trigger={
        <Button busy={download.isPending}>
          <Scissors /> {m.title}
        </Button>
      }
    >
      <MenuLabel>{m.lead}</MenuLabel>
      {Object.entries(m.formats).map(([format, label]) => (
        <MenuItem key={format} onSelect={() => download.mutate(format as Format)}>
          {label}
        </MenuItem>
      ))}
    </Menu>
  )
}
