import { assetErrors } from './errors.ts'

const longestName = 255

/**
 * A file name as it may be shown: without folders, control characters and invisible marks that turn text around
 * (a "gpj.exe" that reads "exe.jpg"). It is only ever shown; stored files are named by ids.
 * Fails with `assets.badName` if it is too long or nothing is left.
 */
export function cleanAssetName(given: string): string {
  if (given.length > longestName * 4) {
    throw assetErrors.badName(`The name has ${given.length} characters.`, { detail: { longestName } })
  }
  const name = given
    .toWellFormed()
    .normalize('NFC')
    // Other (control, format, private, unassigned) and separators of lines, save the joiners that emoji and some scripts need.
    .replace(/(?![\u200c\u200d])[\p{C}\p{Zl}\p{Zp}]/gu, '')
    .replace(/^.*[/\\]/s, '')
    .trim()
  const isShown = /[\p{L}\p{N}\p{S}]/u.test(name)
  if (!isShown) throw assetErrors.badName('The name has no visible characters.')
  if ([...name].length > longestName) {
    throw assetErrors.badName(`The name has ${[...name].length} characters.`, { detail: { longestName } })
  }
  return name
}
