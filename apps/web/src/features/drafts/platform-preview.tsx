import type { ReactNode } from 'react'
import { cx } from '../../ui/cx.ts'
import { adaptationMessages as m } from './adaptation-messages.ts'
import type { Content, Destination } from './adaptation-queries.ts'

type Props = { destination: Destination; name: string; content: Content; picture: string | undefined }

const upright = new Set<Destination>(['youtube-shorts', 'instagram-reel', 'facebook-reel', 'tiktok'])
/** How much of a text is seen before somebody asks for more, in characters; roughly, as it depends on the screen. */
const seen: Partial<Record<Destination, number>> = {
  'instagram-reel': 125,
  tiktok: 100,
  linkedin: 210,
  youtube: 160,
}

/** Roughly how a post will look where it goes: its shape, what of the text is seen at once, hashtags and links. */
export function PlatformPreview(props: Props) {
  const { destination, name } = props
  return (
    <figure className="min-w-0" aria-label={m.previewOf(name)}>
      <figcaption className="mb-2 text-sm font-medium text-soft">{m.preview}</figcaption>
      {upright.has(destination) ? (
        <UprightPost {...props} />
      ) : destination === 'youtube' ? (
        <WatchPage {...props} />
      ) : (
        <FeedPost {...props} />
      )}
    </figure>
  )
}

function WatchPage({ destination, content, picture }: Props) {
  return (
    <div className="overflow-hidden rounded-xl border border-line bg-surface">
      <Picture picture={picture} className="aspect-video" />
      <div className="p-4">
        <p className="leading-snug font-semibold break-words">{content.title || '…'}</p>
        <Account name={m.channel} className="mt-3" />
        <div className="mt-3 rounded-lg bg-sunken p-3 text-sm">
          <Text text={content.text} limit={seen[destination]} />
        </div>
      </div>
    </div>
  )
}

function FeedPost({ destination, content, picture }: Props) {
  return (
    <div className="rounded-xl border border-line bg-surface p-4">
      <Account name={m.account} detail={`${m.handle} · ${m.now}`} />
      <div className="mt-3">
        <Text text={content.text} limit={seen[destination]} />
      </div>
      <Picture picture={picture} className="mt-3 aspect-video rounded-lg" />
    </div>
  )
}

function UprightPost({ destination, content, picture }: Props) {
  const text = content.title ? `${content.title}\n${content.text}` : content.text
  return (
    <div className="relative mx-auto aspect-9/16 w-full max-w-64 overflow-hidden rounded-2xl bg-black">
      <Picture picture={picture} className="absolute inset-0 h-full" />
      {/* White on a shade of its own, whatever the picture and the theme are. */}
      <div className="absolute inset-x-0 bottom-0 bg-linear-to-t from-black/90 to-black/40 p-4 text-sm text-white">
        <p className="mb-1 font-semibold">{m.handle}</p>
        <Text text={text} limit={seen[destination] ?? 90} isOnPicture />
      </div>
    </div>
  )
}

function Picture({ picture, className }: { picture: string | undefined; className: string }) {
  return picture ? (
    // oxlint-disable-next-line nextjs/no-img-element -- a signed link of our own, shown as it is
    <img src={picture} alt="" className={cx('w-full bg-black object-cover', className)} />
  ) : (
    <div className={cx('grid place-items-center bg-sunken text-sm text-faint', className)}>{m.noVideo}</div>
  )
}

function Account({ name, detail, className }: { name: string; detail?: string; className?: string }) {
  return (
    <div className={cx('flex items-center gap-3', className)}>
      <span className="size-9 shrink-0 rounded-full bg-accent-soft" aria-hidden="true" />
      <span className="min-w-0">
        <span className="block truncate text-sm font-semibold">{name}</span>
        {detail ? <span className="block text-xs text-faint">{detail}</span> : null}
      </span>
    </div>
  )
}

function Text({
  text,
  limit,
  isOnPicture,
}: {
  text: string
  limit?: number | undefined
  isOnPicture?: boolean
}) {
  const isCut = limit !== undefined && text.length > limit
  return (
    <p dir="auto" className="text-sm break-words whitespace-pre-line">
      {marked(
        isCut ? text.slice(0, limit).trimEnd() : text,
        isOnPicture ? 'font-medium underline' : 'text-accent-ink',
      )}
      {isCut ? <span className={isOnPicture ? 'opacity-80' : 'text-faint'}> {m.more}</span> : null}
    </p>
  )
}

/** Hashtags, mentions and links as platforms colour them. */
function marked(text: string, className: string): ReactNode[] {
  return text.split(/(#[\p{L}\p{N}_]+|@[\w.]+|https?:\/\/\S+)/u).map((part, index) =>
    index % 2 === 1 ? (
      // oxlint-disable-next-line react/no-array-index-key -- parts have no other name, and no state
      <span key={index} className={className}>
        {part}
      </span>
    ) : (
      part
    ),
  )
}
