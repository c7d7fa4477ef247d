import { type Destination, destinationName, destinations } from '../platform-limits.ts'

/** A file that a destination takes as it is: MP4 with H.264 and AAC, inside its limits. */
export type DeliveryPreset = {
  name: Destination
  kind: 'delivery'
  title: string
  destination: Destination
  extension: 'mp4'
  /** The picture that the destination shows best; others are set into it with blurred sides. Default: as it is. */
  canvas?: { width: number; height: number }
  /** Loudness that the destination plays at. */
  targetLufs: number
}

/** A file for editing: every frame stands alone, sound is not compressed and stays as loud as it is. */
export type EditingPreset = {
  name: (typeof editingNames)[number]
  kind: 'editing'
  title: string
  extension: 'mov' | 'mxf'
  codec: 'prores' | 'dnxhr' | 'dnxhd'
  /** FFmpeg's profile of the encoder. */
  profile: string
  pixelFormat: 'yuv422p' | 'yuv422p10le'
  audioCodec: 'pcm_s16le' | 'pcm_s24le'
}

export type Preset = DeliveryPreset | EditingPreset

export const editingNames = [
  'prores',
  'prores-hq',
  'prores-lt',
  'prores-proxy',
  'dnxhr',
  'dnxhr-hqx',
  'dnxhr-lb',
  'dnxhr-mxf',
  'dnxhd',
] as const

export const presetNames = [...destinations, ...editingNames] as const
export type PresetName = (typeof presetNames)[number]

/** What every platform plays at, or near it; louder files are turned down there. */
const playbackLufs = -14
const upright = { width: 1080, height: 1920 }
const canvases: Partial<Record<Destination, { width: number; height: number }>> = {
  'youtube-shorts': upright,
  'instagram-reel': upright,
  'facebook-reel': upright,
  tiktok: upright,
}

const editing: EditingPreset[] = [
  prores('prores', 'ProRes 422', '2'),
  prores('prores-hq', 'ProRes 422 HQ', '3'),
  prores('prores-lt', 'ProRes 422 LT', '1'),
  prores('prores-proxy', 'ProRes 422 Proxy', '0'),
  dnxhr('dnxhr', 'DNxHR HQ', 'dnxhr_hq', 'mov'),
  dnxhr('dnxhr-hqx', 'DNxHR HQX, 10 bit', 'dnxhr_hqx', 'mov'),
  dnxhr('dnxhr-lb', 'DNxHR LB', 'dnxhr_lb', 'mov'),
  dnxhr('dnxhr-mxf', 'DNxHR HQ in MXF', 'dnxhr_hq', 'mxf'),
  { ...dnxhr('dnxhd', 'DNxHD 1080p in MXF', 'dnxhd', 'mxf'), codec: 'dnxhd' },
]

/** Every preset there is, those for destinations first. */
export const presets: readonly Preset[] = [
  ...destinations.map((destination): DeliveryPreset => ({
    name: destination,
    kind: 'delivery',
    title: destinationName(destination),
    destination,
    extension: 'mp4',
    ...(canvases[destination] && { canvas: canvases[destination] }),
    targetLufs: playbackLufs,
  })),
  ...editing,
]

export function presetOf(name: PresetName): Preset {
  return presets.find((preset) => preset.name === name)!
}

function prores(name: EditingPreset['name'], title: string, profile: string): EditingPreset {
  const common = { kind: 'editing', extension: 'mov', codec: 'prores', audioCodec: 'pcm_s16le' } as const
  return { name, title, profile, pixelFormat: 'yuv422p10le', ...common }
}

function dnxhr(
  name: EditingPreset['name'],
  title: string,
  profile: string,
  extension: 'mov' | 'mxf',
): EditingPreset {
  const pixelFormat = profile === 'dnxhr_hqx' ? 'yuv422p10le' : 'yuv422p'
  return {
    name,
    title,
    profile,
    pixelFormat,
    extension,
    kind: 'editing',
    codec: 'dnxhr',
    audioCodec: 'pcm_s16le',
  }
}
