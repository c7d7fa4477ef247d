'use client'
import type { Clip } from '../../api/shapes.ts'
import { SelectField } from '../../ui/field.tsx'
import { batchMessages as m } from './batch-messages.ts'

export type Shape = NonNullable<Clip['reframe']>

const aspects = ['9:16', '1:1', '4:5', '16:9'] as const
const methods = ['follow', 'crop', 'fit'] as const

/** In what shape a clip is made: as recorded, or another one and how. */
export function ShapeFields({
  shape,
  onChange,
  hideLabel,
}: {
  shape: Shape | undefined
  onChange: (shape: Shape | undefined) => void
  hideLabel?: boolean
}) {
  return (
    <>
      <SelectField
        label={m.shapeLabel}
        hideLabel={hideLabel}
        value={shape?.aspect ?? ''}
        onChange={({ target }) => {
          const aspect = aspects.find((one) => one === target.value)
          onChange(aspect && { aspect, method: shape?.method ?? 'follow' })
        }}
        className="w-36"
      >
        <option value="">{m.shapes.none}</option>
        {aspects.map((one) => (
          <option key={one} value={one}>
            {m.shapes[one]}
          </option>
        ))}
      </SelectField>
      {shape ? (
        <SelectField
          label={m.methodLabel}
          hideLabel={hideLabel}
          value={shape.method}
          onChange={({ target }) => {
            const method = methods.find((one) => one === target.value)
            if (method) onChange({ aspect: shape.aspect, method })
          }}
          className="w-44"
        >
          {methods.map((one) => (
            <option key={one} value={one}>
              {m.methods[one]}
            </option>
          ))}
        </SelectField>
      ) : null}
    </>
  )
}
