import { createRoute, z } from '@hono/zod-openapi'
import { requirePermission } from '../../../platform/http/permission.ts'
import { problemResponses } from '../../../platform/http/problem-responses.ts'
import { exportFormats, exportFormatTable } from './export-formats.ts'

const text = { schema: z.string() }
const types = new Set(exportFormats.map((format) => exportFormatTable[format].contentType.split(';')[0]!))

/** `GET /assets/{assetId}/cut-list`. */
export const cutListRoute = createRoute({
  method: 'get',
  path: '/assets/{assetId}/cut-list',
  operationId: 'exportCutList',
  summary: 'Download the tight cut of an analysed asset for an editor',
  description:
    'What the analysis keeps, one stretch after the other: CMX 3600 EDL, FCPXML, Premiere XML (xmeml), OpenTimelineIO, YouTube chapters or CSV. Also needs `assets.read`.',
  middleware: [requirePermission('media.read')] as const,
  request: {
    params: z.object({ assetId: z.string().max(100) }),
    query: z.object({ format: z.enum(exportFormats) }),
  },
  responses: {
    200: {
      description: 'The file, as an attachment',
      content: Object.fromEntries([...types].map((type) => [type, text])),
    },
    ...problemResponses(404, 422),
  },
})
