import type { Metadata } from 'next'
import { DraftView } from '../../../../shell/detail-view.tsx'

export const metadata: Metadata = { title: 'Draft' }

export default function Page() {
  return <DraftView />
}
