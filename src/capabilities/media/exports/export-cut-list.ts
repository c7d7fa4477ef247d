import { type Actor, assertMay } from '../../../kernel/actor.ts'
import type { Db } from '../../../platform/db/client.ts'
import { getAsset, type SignDeps } from '../../assets/index.ts'
import { mediaErrors } from '../errors.ts'
import { findAnalysis } from '../get-media.ts'
import { type ExportFormat, exportFormatTable } from './export-formats.ts'
import { cutListFromAnalysis, factsOfProbe } from './make-cut-list.ts'

export type ExportCutList = { actor: Actor; assetId: string; format: ExportFormat }
export type ExportedFile = { text: string; contentType: string; fileName: string }

/**
 * The tight cut of an asset, what its newest analysis keeps, as a file for an editor. It refers to the recording by
 * name, since the editor has it elsewhere. Fails with `media.notAnalyzed` and the rows of `cutList`.
 */
export async function exportCutList(
  deps: SignDeps & { db: Db },
  { actor, assetId, format }: ExportCutList,
): Promise<ExportedFile> {
  assertMay(actor, 'media.read')
  const found = await findAnalysis(deps, { workspaceId: actor.workspaceId, assetId })
  if (!found) throw mediaErrors.notAnalyzed('This asset has not been analysed.', { detail: { assetId } })
  const asset = await getAsset(deps, { actor, assetId })
  const name = asset.name.replace(/\.[^.]+$/, '')
  const list = cutListFromAnalysis(found.analysis, {
    name,
    source: { ...factsOfProbe(found.probe), name: asset.name },
  })
  const { write, contentType, extension } = exportFormatTable[format]
  return { text: write(list), contentType, fileName: name + extension }
}
