import type { Metadata } from 'next'
import { BatchView } from '../../../../shell/detail-view.tsx'

export const metadata: Metadata = { title: 'Clip batch' }

export default function Page() {
  return <BatchView />
}
