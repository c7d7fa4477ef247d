import { z } from '@hono/zod-openapi'

/** One line of the trail as the API shows it. */
export const auditEntrySchema = z
  .object({
    id: z.string().openapi({ example: 'audit_01J9ZC3K8Q5V7W2X4Y6Z8A0B1C' }),
    at: z.iso.datetime(),
    actorKind: z.enum(['person', 'apiKey', 'system']),
    actorId: z.string(),
    action: z.string().openapi({ example: 'member.roleChanged' }),
    subjectId: z.string(),
    detail: z.record(z.string(), z.unknown()),
  })
  .openapi('AuditEntry')

export type AuditEntry = z.infer<typeof auditEntrySchema>
