'use client'
import { useEffect, useRef } from 'react'
import { Button } from './button.tsx'

/** Loads the next page when it comes near, and by a button for everybody else. */
export function LoadMore({
  hasMore,
  isLoading,
  onMore,
  label,
}: {
  hasMore: boolean
  isLoading: boolean
  onMore: () => void
  label: string
}) {
  const ref = useRef<HTMLDivElement>(null)
  const latest = useRef(onMore)
  latest.current = onMore

  useEffect(() => {
    const element = ref.current
    if (!element || !hasMore || isLoading) return
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) latest.current()
      },
      { rootMargin: '400px' },
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [hasMore, isLoading])

  if (!hasMore) return null
  return (
    <div ref={ref} className="mt-4 flex justify-center">
      <Button busy={isLoading} onClick={onMore}>
        {label}
      </Button>
    </div>
  )
}
