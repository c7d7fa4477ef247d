/** Every permission there is, by area. The one table that decides who may do what. */
export const permissions = [
  'assets.read',
  'assets.write',
  'media.read',
  'media.write',
  'clips.read',
  'clips.write',
  'drafts.read',
  'drafts.write',
  'drafts.approve',
  'productions.read',
  'productions.write',
  'runs.read',
  'runs.write',
  'settings.read',
  'settings.write',
  'topics.read',
  'topics.write',
  'secrets.read',
  'secrets.write',
  'flags.read',
  'flags.write',
  'experiments.read',
  'experiments.write',
  'prompts.read',
  'prompts.write',
  'costs.read',
  'costs.write',
  'models.read',
  'models.write',
  'notifications.read',
  'notifications.write',
  'webhooks.read',
  'webhooks.write',
  'audit.read',
  'members.read',
  'members.write',
  'members.owners',
  'apiKeys.read',
  'apiKeys.write',
  'workspaces.read',
  'workspaces.write',
] as const

export type Permission = (typeof permissions)[number]

export const roles = ['owner', 'admin', 'editor', 'approver', 'viewer'] as const
export type Role = (typeof roles)[number]

const viewer: readonly Permission[] = [
  'assets.read',
  'media.read',
  'clips.read',
  'drafts.read',
  'productions.read',
  'runs.read',
  'settings.read',
  'topics.read',
  'flags.read',
  'experiments.read',
  'prompts.read',
  'costs.read',
  'models.read',
  'notifications.read',
  // Marking one's own messages as read.
  'notifications.write',
  'members.read',
  'workspaces.read',
]

const approver: readonly Permission[] = [...viewer, 'drafts.approve']

const editor: readonly Permission[] = [
  ...viewer,
  'assets.write',
  'media.write',
  'clips.write',
  'drafts.write',
  'topics.write',
  'productions.write',
  'runs.write',
  'experiments.write',
  'prompts.write',
]

const admin: readonly Permission[] = permissions.filter((permission) => permission !== 'members.owners')

const byRole: Record<Role, ReadonlySet<Permission>> = {
  owner: new Set(permissions),
  admin: new Set(admin),
  editor: new Set(editor),
  approver: new Set(approver),
  viewer: new Set(viewer),
}

/** What a role allows in its workspace. */
export function permissionsOf(role: Role): ReadonlySet<Permission> {
  return byRole[role]
}
