'use client'
import { type FormEvent, useState } from 'react'
import { problemText } from '../../shell/problem-note.tsx'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { identityMessages } from './messages.ts'
import { changePassword } from './session.ts'

const m = identityMessages.changePassword
const shortestPassword = 12

/** Changes the password of the signed-in person; `oneTime` names the current one as the printed one. */
export function PasswordForm({ oneTime, onDone }: { oneTime?: boolean; onDone: () => void }) {
  const [errors, setErrors] = useState<{ current?: string; next?: string; again?: string }>({})
  const [busy, setBusy] = useState(false)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = event.currentTarget
    const values = new FormData(form)
    const currentPassword = String(values.get('current'))
    const newPassword = String(values.get('next'))
    if (newPassword.length < shortestPassword) return setErrors({ next: m.tooShort })
    if (newPassword !== String(values.get('again'))) return setErrors({ again: m.mismatch })
    setErrors({})
    setBusy(true)
    try {
      await changePassword({ currentPassword, newPassword })
      form.reset()
      onDone()
    } catch (failure) {
      setErrors({ current: problemText(failure) })
    } finally {
      setBusy(false)
    }
  }

  return (
    <form method="post" onSubmit={submit} className="flex flex-col gap-4">
      <TextField
        label={oneTime ? m.currentOneTime : m.current}
        name="current"
        type="password"
        autoComplete="current-password"
        required
        error={errors.current}
      />
      <TextField
        label={m.next}
        name="next"
        type="password"
        autoComplete="new-password"
        required
        hint={m.hint}
        error={errors.next}
      />
      <TextField
        label={m.again}
        name="again"
        type="password"
        autoComplete="new-password"
        required
        error={errors.again}
      />
      <Button type="submit" look="primary" className="self-start" busy={busy}>
        {m.submit}
      </Button>
    </form>
  )
}
