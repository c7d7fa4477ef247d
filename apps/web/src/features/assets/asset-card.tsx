'use client'
import { FileAudio, Film } from 'lucide-react'
import Link from 'next/link'
import type { Asset } from '../../api/shapes.ts'
import { hrefs } from '../../shell/detail-id.ts'
import { formatAgo, formatBytes, formatTime } from '../../ui/format.ts'

/** One stored file as a picture with its length. */
export function AssetCard({ asset, poster }: { asset: Asset; poster?: string | null }) {
  const Icon = asset.contentType.startsWith('audio/') ? FileAudio : Film
  return (
    <li className="[contain-intrinsic-size:auto_220px] [content-visibility:auto]">
      <Link
        href={hrefs.asset(asset.id)}
        className="group block overflow-hidden rounded-xl border border-line bg-surface transition-colors hover:border-line-strong"
      >
        <div className="relative grid aspect-video place-items-center overflow-hidden bg-sunken text-faint">
          {poster ? (
            <img
              src={poster}
              alt=""
              loading="lazy"
              className="size-full object-cover transition-transform duration-200 group-hover:scale-[1.02]"
            />
          ) : (
            <Icon className="size-7" aria-hidden="true" />
          )}
          {asset.durationMs ? (
            <span className="absolute right-2 bottom-2 rounded-md bg-black/70 px-1.5 py-0.5 text-xs font-medium text-white tabular-nums">
              {formatTime(asset.durationMs)}
            </span>
          ) : null}
        </div>
        <div className="p-3.5">
          <h2 className="truncate font-medium">{asset.name}</h2>
          <p className="mt-0.5 truncate text-sm text-soft tabular-nums">
            {formatBytes(asset.sizeBytes)} · {formatAgo(asset.createdAt)}
          </p>
        </div>
      </Link>
    </li>
  )
}
