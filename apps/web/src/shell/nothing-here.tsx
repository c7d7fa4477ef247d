import { Compass } from 'lucide-react'
import Link from 'next/link'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/surface.tsx'
import { shellMessages } from './messages.ts'

const m = shellMessages.notFound

/** For addresses that lead nowhere. */
export function NothingHere() {
  return (
    <EmptyState icon={<Compass />} title={m.title} body={m.body} heading="h1">
      <Button asChild look="primary">
        <Link href="/">{m.home}</Link>
      </Button>
    </EmptyState>
  )
}
