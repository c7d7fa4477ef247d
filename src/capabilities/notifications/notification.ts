import { z } from '@hono/zod-openapi'

export const notificationSchema = z
  .object({
    id: z.string().openapi({ example: 'note_01J9ZK4Q8F0000000000000000' }),
    kind: z.string().openapi({ example: 'production.finished' }),
    title: z.string(),
    body: z.string(),
    subjectId: z.string().openapi({ description: 'What it is about, such as prod_… or run_….' }),
    readAt: z.iso.datetime().nullable().openapi({ description: 'When you read it; null while unread.' }),
    createdAt: z.iso.datetime(),
  })
  .openapi('Notification')

export type Notification = z.infer<typeof notificationSchema>
