import type { Metadata } from 'next'
import { BatchesPage } from '../../../features/clips/batches-page.tsx'

export const metadata: Metadata = { title: 'Clip batches' }

export default function Page() {
  return <BatchesPage />
}
