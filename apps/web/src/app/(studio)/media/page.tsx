import type { Metadata } from 'next'
import { AssetsPage } from '../../../features/assets/assets-page.tsx'

export const metadata: Metadata = { title: 'Media & clips' }

export default function Page() {
  return <AssetsPage />
}
