'use client'
import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { CheckField, TextField } from '../../ui/field.tsx'
import { Card } from '../../ui/surface.tsx'
import { batchMessages } from './batch-messages.ts'
import { useAddRule } from './batch-queries.ts'
import { type Shape, ShapeFields } from './shape-fields.tsx'

const m = batchMessages.rules

/** A new rule about detected clips. */
export function RuleForm({ onDone }: { onDone: () => void }) {
  const add = useAddRule()
  const [shape, setShape] = useState<Shape>()
  return (
    <Card className="mb-3 p-4">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          const form = new FormData(event.currentTarget)
          const text = (name: string) => String(form.get(name) ?? '').trim()
          add.mutate(
            {
              name: text('name'),
              source: text('source') || '*',
              minScore: Number(text('minScore')) / 100,
              minMs: Math.round(Number(text('minSeconds')) * 1000),
              maxMs: Math.round(Number(text('maxSeconds')) * 1000),
              mostClips: Number(text('mostClips')),
              reframe: shape ?? null,
              stitch: form.get('stitch') ? {} : null,
            },
            { onSuccess: onDone },
          )
        }}
      >
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField label={m.name} name="name" required maxLength={200} />
          <TextField label={m.source} name="source" defaultValue="*" maxLength={300} hint={m.sourceHint} />
        </div>
        <div className="grid grid-cols-2 gap-4 sm:grid-cols-4">
          <TextField label={m.minScore} name="minScore" type="number" min={0} max={100} defaultValue={50} />
          <TextField
            label={m.minSeconds}
            name="minSeconds"
            type="number"
            min={0}
            step="any"
            defaultValue={3}
          />
          <TextField
            label={m.maxSeconds}
            name="maxSeconds"
            type="number"
            min={1}
            step="any"
            defaultValue={180}
          />
          <TextField label={m.mostClips} name="mostClips" type="number" min={1} max={200} defaultValue={20} />
        </div>
        <div className="flex flex-wrap items-end gap-4">
          <ShapeFields shape={shape} onChange={setShape} />
          <CheckField label={m.stitch} name="stitch" />
        </div>
        <div className="flex flex-wrap gap-2">
          <Button type="submit" look="primary" busy={add.isPending}>
            {m.save}
          </Button>
          <Button look="ghost" onClick={onDone}>
            {m.cancel}
          </Button>
        </div>
      </form>
    </Card>
  )
}
