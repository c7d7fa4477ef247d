import type { Metadata } from 'next'
import { FlagView } from '../../../../shell/detail-view.tsx'

export const metadata: Metadata = { title: 'Flag' }

export default function Page() {
  return <FlagView />
}
