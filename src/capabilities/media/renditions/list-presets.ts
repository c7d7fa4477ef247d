import { z } from '@hono/zod-openapi'
import { datedLimits } from '../platform-limits.ts'
import { presetNames, presets } from './presets.ts'

export const presetSchema = z
  .object({
    name: z.enum(presetNames),
    title: z.string(),
    kind: z.enum(['delivery', 'editing']),
    extension: z.enum(['mp4', 'mov', 'mxf']),
    limits: z
      .array(
        z.object({
          limit: z.string(),
          value: z.union([z.number(), z.array(z.string())]),
          source: z.string(),
          date: z.iso.date(),
          confidence: z.enum(['read', 'recalled']),
          note: z.string().optional(),
        }),
      )
      .openapi({ description: 'What the destination takes, each limit with its source and date.' }),
  })
  .openapi('RenditionPreset')

export type RenditionPreset = z.infer<typeof presetSchema>

/** What renditions can be made. */
export function listPresets(): RenditionPreset[] {
  return presets.map((preset) => {
    const { name, title, kind, extension } = preset
    const limits = preset.kind === 'delivery' ? datedLimits(preset.destination) : []
    return { name, title, kind, extension, limits }
  })
}
