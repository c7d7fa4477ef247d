import type { AssetKind } from './asset.ts'

export type FileType = {
  contentType: string
  /** For a person: `MP4 video`. */
  label: string
  kind: AssetKind
}

/** So many bytes from the start are enough for every rule here. */
export const detectBytes = 4100

type Rule = FileType & { matches: (head: Buffer) => boolean }

const ascii = (head: Buffer, at: number, text: string) =>
  head.toString('latin1', at, at + text.length) === text
const starts =
  (...texts: string[]) =>
  (head: Buffer) =>
    texts.some((text) => ascii(head, 0, text))
const bytes =
  (hex: string, at = 0) =>
  (head: Buffer) =>
    head.subarray(at, at + hex.length / 2).toString('hex') === hex
const brand = (pattern: RegExp) => (head: Buffer) =>
  ascii(head, 4, 'ftyp') && pattern.test(head.toString('latin1', 8, 12))
const riff = (form: string) => (head: Buffer) => ascii(head, 0, 'RIFF') && ascii(head, 8, form)
const ebml = (docType: string) => (head: Buffer) =>
  bytes('1a45dfa3')(head) && head.subarray(0, 64).includes(Buffer.from(docType))

/** MPEG transport streams have 0x47 every 188 bytes; those of cameras (M2TS) every 192, four bytes later. */
function isTransportStream(head: Buffer): boolean {
  const every = (step: number, from: number) =>
    [0, 1, 2, 3].every((packet) => head[from + packet * step] === 0x47)
  return head.length > 600 && (every(188, 0) || every(192, 4))
}

/** A frame header whose fields all have allowed values, and a second frame where the first one ends is not checked. */
function isMpegAudio(head: Buffer): boolean {
  const [a = 0, b = 0, c = 0] = head
  const hasSync = a === 0xff && (b & 0xe0) === 0xe0
  const isVersionKnown = (b & 0x18) !== 0x08
  const isLayer3 = (b & 0x06) === 0x02
  return hasSync && isVersionKnown && isLayer3 && (c & 0xf0) !== 0xf0 && (c & 0x0c) !== 0x0c
}

const isAdts = (head: Buffer) => head[0] === 0xff && (head[1]! & 0xf6) === 0xf0

const rules: Rule[] = [
  { contentType: 'image/avif', label: 'AVIF image', kind: 'image', matches: brand(/^avi[fs]/) },
  {
    contentType: 'image/heic',
    label: 'HEIC image',
    kind: 'image',
    matches: brand(/^(hei[cxms]|hev[cx]|mif1)/),
  },
  { contentType: 'audio/mp4', label: 'M4A audio', kind: 'audio', matches: brand(/^M4[AB] /) },
  { contentType: 'video/quicktime', label: 'QuickTime video', kind: 'recording', matches: brand(/^qt {2}/) },
  { contentType: 'video/3gpp', label: '3GPP video', kind: 'recording', matches: brand(/^3g[a-z0-9]{2}/) },
  { contentType: 'video/mp4', label: 'MP4 video', kind: 'recording', matches: brand(/./s) },
  // QuickTime files from before 'ftyp' start with one of these boxes.
  {
    contentType: 'video/quicktime',
    label: 'QuickTime video',
    kind: 'recording',
    matches: (head) => ['moov', 'mdat', 'wide', 'free', 'skip', 'pnot'].some((box) => ascii(head, 4, box)),
  },
  { contentType: 'video/webm', label: 'WebM video', kind: 'recording', matches: ebml('webm') },
  { contentType: 'video/x-matroska', label: 'Matroska video', kind: 'recording', matches: ebml('matroska') },
  { contentType: 'video/x-msvideo', label: 'AVI video', kind: 'recording', matches: riff('AVI ') },
  { contentType: 'video/x-flv', label: 'Flash video', kind: 'recording', matches: bytes('464c5601') },
  {
    contentType: 'video/x-ms-wmv',
    label: 'Windows Media',
    kind: 'recording',
    matches: bytes('3026b2758e66cf11'),
  },
  {
    contentType: 'application/mxf',
    label: 'MXF video',
    kind: 'recording',
    matches: bytes('060e2b34020501010d010201'),
  },
  { contentType: 'video/mpeg', label: 'MPEG video', kind: 'recording', matches: bytes('000001ba') },
  {
    contentType: 'video/mp2t',
    label: 'MPEG transport stream',
    kind: 'recording',
    matches: isTransportStream,
  },
  {
    contentType: 'audio/wav',
    label: 'WAV audio',
    kind: 'audio',
    matches: (head) => riff('WAVE')(head) || (starts('RF64')(head) && ascii(head, 8, 'WAVE')),
  },
  { contentType: 'audio/flac', label: 'FLAC audio', kind: 'audio', matches: starts('fLaC') },
  {
    contentType: 'audio/aiff',
    label: 'AIFF audio',
    kind: 'audio',
    matches: (head) => starts('FORM')(head) && /^AIF[FC]/.test(head.toString('latin1', 8, 12)),
  },
  {
    contentType: 'video/ogg',
    label: 'Ogg video',
    kind: 'recording',
    matches: (head) => starts('OggS')(head) && head.subarray(0, 200).includes('theora'),
  },
  { contentType: 'audio/ogg', label: 'Ogg audio', kind: 'audio', matches: starts('OggS') },
  {
    contentType: 'audio/mpeg',
    label: 'MP3 audio',
    kind: 'audio',
    matches: (head) => starts('ID3')(head) || isMpegAudio(head),
  },
  { contentType: 'audio/aac', label: 'AAC audio', kind: 'audio', matches: isAdts },
  { contentType: 'image/jpeg', label: 'JPEG image', kind: 'image', matches: bytes('ffd8ff') },
  { contentType: 'image/png', label: 'PNG image', kind: 'image', matches: bytes('89504e470d0a1a0a') },
  { contentType: 'image/webp', label: 'WebP image', kind: 'image', matches: riff('WEBP') },
  { contentType: 'image/gif', label: 'GIF image', kind: 'image', matches: starts('GIF87a', 'GIF89a') },
  { contentType: 'application/pdf', label: 'PDF document', kind: 'document', matches: starts('%PDF-') },
  {
    contentType: 'text/vtt',
    label: 'WebVTT captions',
    kind: 'captions',
    matches: (head) => /^(\ufeff)?WEBVTT[\s]/.test(head.toString('utf8', 0, 20)),
  },
]

/** The type of a file by its first `detectBytes` bytes; undefined if it is none that is accepted. */
export function detectFileType(head: Buffer): FileType | undefined {
  const rule = rules.find((rule) => rule.matches(head))
  return rule && { contentType: rule.contentType, label: rule.label, kind: rule.kind }
}

/** What a refused file seems to be, for the sentence that refuses it. */
export function describeUnknown(head: Buffer): string {
  if (starts('#EXTM3U')(head)) return 'a playlist, which only points at media elsewhere'
  if (starts('PK\u0003\u0004')(head)) return 'a ZIP archive or an Office document'
  if (starts('MZ', '\u007fELF')(head)) return 'a program'
  if (/^\s*(<\?xml|<!doctype html|<html|<svg)/i.test(head.toString('utf8', 0, 200)))
    return 'a web page or XML'
  const isText =
    head.length > 0 && !head.includes(0) && Buffer.compare(Buffer.from(head.toString('utf8')), head) === 0
  return isText ? 'text' : 'of an unknown type'
}
