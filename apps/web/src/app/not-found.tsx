import { NothingHere } from '../shell/nothing-here.tsx'

export default function NotFound() {
  return (
    <main className="mx-auto max-w-2xl px-4 py-24">
      <NothingHere />
    </main>
  )
}
