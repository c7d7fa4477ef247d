import { z } from '@hono/zod-openapi'
import type { CutMode } from '../cutter/cut-plan.ts'
import { clipErrors } from '../errors.ts'

/** Fails with `clips.badOption` where a shape and a mode do not go together, or a path does not go forward. */
export function assertReframe({ mode, reframe }: { mode: CutMode; reframe: Reframe }): void {
  if (mode === 'copy') throw clipErrors.badOption('Another shape cannot be copied.')
  const { path = [], method } = reframe
  if (method === 'fit' && path.length > 0)
    throw clipErrors.badOption('A picture that is fitted has no window.')
  const isForward = path.every(({ atMs }, index) => index === 0 || atMs > path[index - 1]!.atMs)
  if (!isForward) throw clipErrors.badOption('The times of the path must rise.')
}

export const aspects = ['9:16', '1:1', '4:5', '16:9'] as const
export type Aspect = (typeof aspects)[number]

/** `fit`: the whole picture with blurred sides; `crop`: a fixed window; `follow`: a window that follows the subject. */
export const reframeMethods = ['fit', 'crop', 'follow'] as const
export type ReframeMethod = (typeof reframeMethods)[number]

export const mostPathPoints = 5_000

/** Where the middle of the window is, from a time of the clip on; between two points it glides. */
export const cropPointSchema = z.strictObject({
  atMs: z.number().min(0).max(1e9).openapi({ description: 'Time of the clip.' }),
  at: z
    .number()
    .min(0)
    .max(1)
    .openapi({ description: 'Middle of the window along the side that is cut, 0 to 1 of the picture.' }),
  isJump: z
    .boolean()
    .optional()
    .openapi({ description: 'The window is put here at once instead of gliding here: the scene changes.' }),
})
export type CropPoint = z.infer<typeof cropPointSchema>

export const reframeSchema = z
  .strictObject({
    aspect: z.enum(aspects),
    method: z.enum(reframeMethods),
    path: z.array(cropPointSchema).min(1).max(mostPathPoints).optional().openapi({
      description:
        'Where the window is. Left out: the middle for crop; found in the pictures for follow, and written here when the clip is cut.',
    }),
  })
  .openapi('ClipReframe')
export type Reframe = z.infer<typeof reframeSchema>
