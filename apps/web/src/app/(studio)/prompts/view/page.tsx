import type { Metadata } from 'next'
import { PromptView } from '../../../../shell/detail-view.tsx'

export const metadata: Metadata = { title: 'Prompt' }

export default function Page() {
  return <PromptView />
}
