import type { Metadata } from 'next'
import { DraftsPage } from '../../../features/drafts/drafts-page.tsx'

export const metadata: Metadata = { title: 'Drafts' }

export default function Page() {
  return <DraftsPage />
}
