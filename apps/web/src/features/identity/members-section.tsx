'use client'
import { useQuery } from '@tanstack/react-query'
import { Ellipsis, KeyRound, UserMinus } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import type { Member, Role } from '../../api/shapes.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Button } from '../../ui/button.tsx'
import { CopyBox } from '../../ui/copy-box.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { formatAgo } from '../../ui/format.ts'
import { Menu, MenuItem } from '../../ui/menu.tsx'
import { Card, SectionHead, Skeleton } from '../../ui/surface.tsx'
import { identityMessages } from './messages.ts'
import {
  invitationsQuery,
  membersQuery,
  useChangeRole,
  useInvite,
  useRemoveMember,
  useResetPassword,
  useRevokeInvitation,
} from './people-queries.ts'
import { meQuery, useMay } from './session.ts'

const m = identityMessages.settings
const roles = Object.keys(m.roles) as Role[]

/** Who belongs to the workspace, and the invitations that are open. */
export function MembersSection() {
  const me = useQuery(meQuery).data
  const workspaceId = me?.workspaceId ?? ''
  const members = useQuery({ ...membersQuery(workspaceId), enabled: workspaceId !== '' })
  const mayWrite = useMay('members.write')
  const [reset, setReset] = useState<{ name: string; password: string }>()

  return (
    <>
      <SectionHead title={m.members} />
      <p className="-mt-2 mb-4 text-soft">{m.membersLead}</p>
      {members.error ? <ProblemNote error={members.error} /> : null}
      {members.isPending ? <Skeleton className="h-32" /> : null}
      {reset ? (
        <div className="mb-4" role="status">
          <p className="mb-1.5 text-sm text-soft">{m.resetDone(reset.name)}</p>
          <CopyBox text={reset.password} copyLabel={m.copy} copiedLabel={m.copied} />
        </div>
      ) : null}
      <Card>
        <ul className="divide-y divide-line">
          {(members.data?.items ?? []).map((member) => (
            <MemberRow
              key={member.personId}
              member={member}
              workspaceId={workspaceId}
              isMe={member.personId === me?.person?.id}
              mayWrite={mayWrite}
              onReset={(password) => setReset({ name: member.name, password })}
            />
          ))}
        </ul>
      </Card>
      {mayWrite ? <InviteForm /> : null}
      <OpenInvitations mayWrite={mayWrite} />
    </>
  )
}

type MemberRowProps = {
  member: Member
  workspaceId: string
  isMe: boolean
  mayWrite: boolean
  onReset: (password: string) => void
}

function MemberRow({ member, workspaceId, isMe, mayWrite, onReset }: MemberRowProps) {
  const changeRole = useChangeRole(workspaceId)
  const remove = useRemoveMember(workspaceId)
  const resetPassword = useResetPassword(workspaceId)
  return (
    <li className="flex flex-wrap items-center gap-3 px-4 py-3">
      <div className="min-w-40 flex-1">
        <p className="truncate font-medium">
          {member.name} {isMe ? <span className="font-normal text-faint">({m.you})</span> : null}
        </p>
        <p className="truncate text-sm text-soft">{member.email}</p>
      </div>
      {mayWrite && !isMe ? (
        <SelectField
          label={m.role(member.name)}
          hideLabel
          value={member.role}
          disabled={changeRole.isPending}
          onChange={(event) =>
            changeRole.mutate({ personId: member.personId, role: event.target.value as Role })
          }
          className="w-32"
        >
          {roles.map((role) => (
            <option key={role} value={role}>
              {m.roles[role]}
            </option>
          ))}
        </SelectField>
      ) : (
        <span className="text-sm text-soft">{m.roles[member.role]}</span>
      )}
      {mayWrite && !isMe ? (
        <Menu
          trigger={
            <Button look="ghost" size="sm" aria-label={m.memberMenu(member.name)} className="w-8 px-0">
              <Ellipsis />
            </Button>
          }
        >
          <MenuItem
            onSelect={() =>
              resetPassword.mutate(member.personId, {
                onSuccess: (answer) => onReset(answer.oneTimePassword),
              })
            }
          >
            <KeyRound /> {m.resetPassword}
          </MenuItem>
          <MenuItem danger onSelect={() => remove.mutate(member.personId)}>
            <UserMinus /> {m.remove}
          </MenuItem>
        </Menu>
      ) : null}
    </li>
  )
}

function InviteForm() {
  const invite = useInvite()
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = event.currentTarget
    const values = new FormData(form)
    invite.mutate(
      { email: String(values.get('email')), role: String(values.get('role')) as Role },
      { onSuccess: () => form.reset() },
    )
  }
  return (
    <section className="mt-8" aria-label={m.invite}>
      <SectionHead title={m.invite} />
      <form onSubmit={submit} className="flex flex-wrap items-end gap-3">
        <TextField label={m.inviteEmail} name="email" type="email" required className="min-w-56 flex-1" />
        <SelectField label={m.inviteRole} name="role" defaultValue="editor" className="w-64 max-w-full">
          {roles
            .filter((role) => role !== 'owner')
            .map((role) => (
              <option key={role} value={role}>
                {m.roles[role]} · {m.roleHelp[role]}
              </option>
            ))}
        </SelectField>
        <Button type="submit" look="primary" busy={invite.isPending}>
          {m.inviteSubmit}
        </Button>
      </form>
      {invite.data?.url ? (
        <div className="mt-4" role="status">
          <p className="mb-1.5 text-sm text-soft">{m.invited}</p>
          <CopyBox text={invite.data.url} copyLabel={m.copy} copiedLabel={m.copied} />
        </div>
      ) : null}
    </section>
  )
}

function OpenInvitations({ mayWrite }: { mayWrite: boolean }) {
  const invitations = useQuery(invitationsQuery).data?.items ?? []
  const revoke = useRevokeInvitation()
  if (invitations.length === 0) return null
  return (
    <section className="mt-8" aria-label={m.invitations}>
      <SectionHead title={m.invitations} />
      <Card>
        <ul className="divide-y divide-line">
          {invitations.map((invitation) => (
            <li key={invitation.id} className="flex items-center gap-3 px-4 py-3">
              <div className="min-w-0 flex-1">
                <p className="truncate font-medium">{invitation.email}</p>
                <p className="text-sm text-soft">
                  {m.roles[invitation.role]} · {m.expires(formatAgo(invitation.expiresAt))}
                </p>
              </div>
              {mayWrite ? (
                <Button size="sm" onClick={() => revoke.mutate(invitation.id)}>
                  {m.revoke}
                </Button>
              ) : null}
            </li>
          ))}
        </ul>
      </Card>
    </section>
  )
}
