import type { Metadata } from 'next'
import { RunView } from '../../../../shell/detail-view.tsx'

export const metadata: Metadata = { title: 'Run' }

export default function Page() {
  return <RunView />
}
