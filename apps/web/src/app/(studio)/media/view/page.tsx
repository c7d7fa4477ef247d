import type { Metadata } from 'next'
import { AssetView } from '../../../../shell/detail-view.tsx'

export const metadata: Metadata = { title: 'Recording' }

export default function Page() {
  return <AssetView />
}
