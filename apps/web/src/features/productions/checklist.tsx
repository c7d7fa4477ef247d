'use client'
import { Check } from 'lucide-react'
import Link from 'next/link'
import { useEffect, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { cx } from '../../ui/cx.ts'
import { Card } from '../../ui/surface.tsx'
import { firstSteps } from './first-steps.ts'
import { productionMessages } from './messages.ts'

const m = productionMessages.checklist

type ChecklistProps = { hasUpload: boolean; assetHref?: string; draftHref?: string }

/** The first minutes, as three steps that tick themselves. Gone once all are done or it is hidden. */
export function Checklist({ hasUpload, assetHref, draftHref }: ChecklistProps) {
  const [seen, setSeen] = useState<ReturnType<typeof firstSteps.read>>()
  useEffect(() => setSeen(firstSteps.read()), [])
  if (!seen || seen.hidden) return null

  const steps = [
    { title: m.upload, help: m.uploadHelp, isDone: hasUpload, href: undefined },
    { title: m.watch, help: m.watchHelp, isDone: seen.watched, href: assetHref },
    { title: m.review, help: m.reviewHelp, isDone: seen.reviewed, href: draftHref },
  ]
  const done = steps.filter((step) => step.isDone).length
  if (done === steps.length) return null
  const current = steps.findIndex((step) => !step.isDone)

  return (
    <Card className="mt-6 p-5" aria-label={m.title}>
      <div className="flex items-center justify-between gap-3">
        <h2 className="font-semibold">
          {m.title}{' '}
          <span className="ml-2 text-sm font-normal text-faint">{m.progress(done, steps.length)}</span>
        </h2>
        <Button
          look="ghost"
          size="sm"
          onClick={() => {
            firstSteps.mark('hidden')
            setSeen(firstSteps.read())
          }}
        >
          {m.hide}
        </Button>
      </div>
      <ol className="mt-3 grid gap-4 md:grid-cols-3">
        {steps.map((step, index) => (
          <li key={step.title} className="flex gap-3">
            <span
              className={cx(
                'mt-0.5 grid size-5.5 shrink-0 place-items-center rounded-full border text-xs font-medium tabular-nums',
                step.isDone
                  ? 'border-ok bg-ok text-surface'
                  : index === current
                    ? 'border-accent-ink text-accent-ink'
                    : 'border-line-strong text-faint',
              )}
            >
              {step.isDone ? <Check className="size-3.5" aria-label={m.done} /> : index + 1}
            </span>
            <span className="min-w-0">
              {step.href && !step.isDone ? (
                <Link
                  href={step.href}
                  className="font-medium text-accent-ink underline-offset-2 hover:underline"
                >
                  {step.title}
                </Link>
              ) : (
                <span className={cx('font-medium', step.isDone && 'text-soft')}>{step.title}</span>
              )}
              <span className="mt-0.5 block text-sm text-soft">{step.help}</span>
            </span>
          </li>
        ))}
      </ol>
    </Card>
  )
}
