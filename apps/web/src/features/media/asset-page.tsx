'use client'
import { useQuery } from '@tanstack/react-query'
import { ArrowLeft, Download, Ellipsis, Trash2 } from 'lucide-react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'
import type { Asset } from '../../api/shapes.ts'
import { shellMessages } from '../../shell/messages.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { formatBytes, formatLength } from '../../ui/format.ts'
import { Menu, MenuItem } from '../../ui/menu.tsx'
import { Skeleton } from '../../ui/surface.tsx'
import { assetQuery, useDeleteAsset } from '../assets/asset-queries.ts'
import { assetMessages as m } from '../assets/messages.ts'
import { useMay } from '../identity/session.ts'
import { firstSteps } from '../productions/first-steps.ts'
import { productionOfAssetQuery } from '../productions/production-queries.ts'
import { CaptionsPanel } from './captions-panel.tsx'
import { CutListMenu } from './cut-list-menu.tsx'
import { mediaQuery } from './media-queries.ts'
import { NotPlayable } from './not-playable.tsx'
import { PackagesPanel } from './packages-panel.tsx'
import { RenditionsPanel } from './renditions-panel.tsx'
import { Workbench } from './workbench.tsx'

/** A recording: watch it, see what is in it, cut clips from it. */
export function AssetPage({ id }: { id: string }) {
  const asset = useQuery(assetQuery(id))
  const media = useQuery(mediaQuery(id))
  const production = useQuery(productionOfAssetQuery(id)).data?.items[0]
  const hlsUrl = media.data?.hlsUrl ?? production?.hlsUrl ?? undefined
  const isPlayable = media.data !== undefined && hlsUrl !== undefined

  useEffect(() => {
    if (isPlayable) firstSteps.mark('watched')
  }, [isPlayable])

  return (
    <>
      <Button asChild look="ghost" size="sm" className="mb-2 -ml-2">
        <Link href="/media">
          <ArrowLeft /> {m.title}
        </Link>
      </Button>
      {asset.error ? <ProblemNote error={asset.error} onRetry={() => void asset.refetch()} /> : null}
      {asset.isPending ? <Skeleton className="mb-5 h-9 w-72" /> : null}
      {asset.data ? <AssetHead asset={asset.data} isAnalysed={media.data !== undefined} /> : null}
      {asset.data && media.data && isPlayable ? (
        <Workbench
          asset={asset.data}
          media={{ ...media.data, hlsUrl }}
          onRenew={() => void media.refetch()}
        />
      ) : null}
      {asset.data && !isPlayable ? (
        media.isPending ? (
          <Skeleton className="aspect-video max-h-[62dvh] w-full" />
        ) : (
          <NotPlayable asset={asset.data} production={production} />
        )
      ) : null}
      {asset.data ? <CaptionsPanel assetId={id} /> : null}
      {asset.data?.contentType.startsWith('video/') ? <RenditionsPanel asset={asset.data} /> : null}
      {asset.data?.contentType.startsWith('video/') ? <PackagesPanel assetId={asset.data.id} /> : null}
    </>
  )
}

function AssetHead({ asset, isAnalysed }: { asset: Asset; isAnalysed: boolean }) {
  const router = useRouter()
  const mayWrite = useMay('assets.write')
  const [asking, setAsking] = useState(false)
  const remove = useDeleteAsset(() => router.replace('/media'))
  const facts = [
    asset.durationMs ? formatLength(asset.durationMs) : undefined,
    asset.width && asset.height ? `${asset.width} × ${asset.height}` : undefined,
    formatBytes(asset.sizeBytes),
  ].filter(Boolean)

  return (
    <header className="mb-4 flex flex-wrap items-end justify-between gap-3">
      <div className="min-w-0">
        <h1 className="text-xl font-semibold tracking-tight break-words">{asset.name}</h1>
        <p className="mt-0.5 text-sm text-soft tabular-nums">{facts.join(' · ')}</p>
      </div>
      <div className="flex flex-wrap gap-2">
        {isAnalysed ? <CutListMenu assetId={asset.id} /> : null}
        <Button asChild>
          <a href={asset.url} download={asset.name}>
            <Download /> {m.download}
          </a>
        </Button>
        {mayWrite ? (
          <Menu
            trigger={
              <Button aria-label={m.more} className="w-9 px-0">
                <Ellipsis />
              </Button>
            }
          >
            <MenuItem danger onSelect={() => setAsking(true)}>
              <Trash2 /> {m.delete}
            </MenuItem>
          </Menu>
        ) : null}
      </div>
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title={m.deleteAsk(asset.name)}
        lead={m.deleteLead}
        closeLabel={shellMessages.close}
      >
        <div className="flex justify-end gap-2">
          <Button onClick={() => setAsking(false)}>{m.keep}</Button>
          <Button look="danger" busy={remove.isPending} onClick={() => remove.mutate(asset)}>
            {m.delete}
          </Button>
        </div>
      </Dialog>
    </header>
  )
}
