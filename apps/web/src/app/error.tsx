'use client'
import { shellMessages } from '../shell/messages.ts'
import { Button } from '../ui/button.tsx'

const m = shellMessages.crash

export default function PageError({ reset }: { reset: () => void }) {
  return (
    <main role="alert" className="mx-auto max-w-lg px-4 py-24 text-center">
      <h1 className="text-xl font-semibold">{m.title}</h1>
      <p className="mt-2 mb-5 text-soft">{m.body}</p>
      <Button look="primary" onClick={reset}>
        {m.reload}
      </Button>
    </main>
  )
}
