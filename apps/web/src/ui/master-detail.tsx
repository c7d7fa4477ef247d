import type { ReactNode } from 'react'
import { cx } from './cx.ts'

/** A list and, beside it, what is chosen. On a phone one of the two fills the page. */
export function MasterDetail({
  list,
  detail,
  isChosen,
}: {
  list: ReactNode
  detail: ReactNode
  isChosen: boolean
}) {
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(17rem,22rem)_minmax(0,1fr)] xl:gap-8">
      <div className={cx('min-w-0', isChosen && 'max-lg:hidden')}>{list}</div>
      <div className={cx('min-w-0 lg:sticky lg:top-20', !isChosen && 'max-lg:hidden')}>{detail}</div>
    </div>
  )
}
