'use client'
import { AssetPage } from '../features/media/asset-page.tsx'
import { BatchesPage } from '../features/clips/batches-page.tsx'
import { DraftsPage } from '../features/drafts/drafts-page.tsx'
import { ExperimentsPage } from '../features/experiments/experiments-page.tsx'
import { FlagsPage } from '../features/flags/flags-page.tsx'
import { PromptsPage } from '../features/prompts/prompts-page.tsx'
import { RunsPage } from '../features/runs/runs-page.tsx'
import { useDetailId } from './detail-id.ts'
import { NothingHere } from './nothing-here.tsx'

/** The detail pages read their id from the address, since an export has one file for all of them. */
export function AssetView() {
  const id = useDetailId()
  return id ? <AssetPage key={id} id={id} /> : <NothingHere />
}

export function DraftView() {
  const id = useDetailId()
  return <DraftsPage chosenId={id} />
}

export function BatchView() {
  const id = useDetailId()
  return <BatchesPage chosenId={id} />
}

export function RunView() {
  const id = useDetailId()
  return <RunsPage chosenId={id} />
}

export function FlagView() {
  const key = useDetailId()
  return <FlagsPage chosenKey={key} />
}

export function ExperimentView() {
  const key = useDetailId()
  return <ExperimentsPage chosenKey={key} />
}

export function PromptView() {
  const key = useDetailId()
  return <PromptsPage chosenKey={key} />
}
