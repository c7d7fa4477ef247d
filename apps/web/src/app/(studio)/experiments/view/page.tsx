import type { Metadata } from 'next'
import { ExperimentView } from '../../../../shell/detail-view.tsx'

export const metadata: Metadata = { title: 'Experiment' }

export default function Page() {
  return <ExperimentView />
}
