'use client'
import { type ComponentProps, useState } from 'react'

/**
 * A video that keeps the address it was first given. Signed addresses are renewed now and then while the page is open,
 * and a new one would start the video again. Give it a `key` per file.
 */
export function SteadyVideo({ src, ...props }: ComponentProps<'video'>) {
  const [first] = useState(src)
  // oxlint-disable-next-line jsx-a11y/media-has-caption -- captions are added as tracks once they exist
  return <video {...props} src={first} />
}
