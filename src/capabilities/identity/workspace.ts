import { z } from '@hono/zod-openapi'
import { roles } from './permissions.ts'

export const roleSchema = z.enum(roles).openapi('Role')

export const workspaceNameSchema = z.string().trim().min(1).max(100)

export const workspaceSchema = z
  .object({
    id: z.string().openapi({ example: 'ws_01J9ZC3K8Q5V7W2X4Y6Z8A0B1C' }),
    name: z.string(),
    role: roleSchema.openapi({ description: 'Your role in it.' }),
    version: z.int(),
    createdAt: z.iso.datetime(),
  })
  .openapi('Workspace')

export type Workspace = z.infer<typeof workspaceSchema>

export const memberSchema = z
  .object({
    personId: z.string(),
    email: z.string(),
    name: z.string(),
    role: roleSchema,
    joinedAt: z.iso.datetime(),
  })
  .openapi('Member')

export type Member = z.infer<typeof memberSchema>

export const invitationSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    role: roleSchema,
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    url: z
      .string()
      .optional()
      .openapi({ description: 'The link to send; only in the answer that creates it.' }),
  })
  .openapi('Invitation')

export type Invitation = z.infer<typeof invitationSchema>
