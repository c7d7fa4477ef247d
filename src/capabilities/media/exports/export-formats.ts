import type { CutList } from './cut-list.ts'
import { writeChapters } from './write-chapters.ts'
import { writeCsv } from './write-csv.ts'
import { writeEdl } from './write-edl.ts'
import { writeFcpxml } from './write-fcpxml.ts'
import { writeOtio } from './write-otio.ts'
import { writeXmeml } from './write-xmeml.ts'

export const exportFormats = ['edl', 'fcpxml', 'xmeml', 'otio', 'chapters', 'csv'] as const
export type ExportFormat = (typeof exportFormats)[number]

type FormatRow = {
  /** Pure: the same list gives the same text. */
  write: (list: CutList) => string
  /** With the dot. */
  extension: string
  contentType: string
}

/** How each format is written and served. */
export const exportFormatTable: Record<ExportFormat, FormatRow> = {
  edl: { write: writeEdl, extension: '.edl', contentType: 'text/plain; charset=utf-8' },
  fcpxml: { write: writeFcpxml, extension: '.fcpxml', contentType: 'application/xml; charset=utf-8' },
  xmeml: { write: writeXmeml, extension: '.xml', contentType: 'application/xml; charset=utf-8' },
  otio: { write: writeOtio, extension: '.otio', contentType: 'application/json; charset=utf-8' },
  chapters: {
    write: writeChapters,
    extension: '.chapters.txt',
    contentType: 'text/plain; charset=utf-8',
  },
  csv: { write: writeCsv, extension: '.csv', contentType: 'text/csv; charset=utf-8' },
}
