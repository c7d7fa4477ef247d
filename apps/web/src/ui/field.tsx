import { type ComponentProps, type ReactNode, useId } from 'react'
import { cx } from './cx.ts'

const control =
  'w-full rounded-lg border border-line-strong bg-surface px-3 text-base text-ink shadow-low transition-colors ' +
  'placeholder:text-faint hover:border-faint focus-visible:border-accent-ink focus-visible:outline-offset-0 ' +
  'aria-invalid:border-bad disabled:opacity-60 max-md:text-lg'

type FieldProps = {
  label: string
  hint?: ReactNode
  error?: ReactNode
  hideLabel?: boolean
  className?: string
}

function Frame({
  id,
  label,
  hint,
  error,
  hideLabel,
  className,
  children,
}: FieldProps & { id: string; children: ReactNode }) {
  return (
    <div className={cx('flex flex-col gap-1.5', className)}>
      <label htmlFor={id} className={hideLabel ? 'sr-only' : 'text-sm font-medium text-ink'}>
        {label}
      </label>
      {children}
      {hint && !error ? (
        <p id={`${id}-hint`} className="text-sm text-faint">
          {hint}
        </p>
      ) : null}
      {error ? (
        <p id={`${id}-error`} role="alert" className="text-sm text-bad">
          {error}
        </p>
      ) : null}
    </div>
  )
}

function described(id: string, { hint, error }: FieldProps) {
  return {
    id,
    'aria-invalid': error ? true : undefined,
    'aria-describedby': error ? `${id}-error` : hint ? `${id}-hint` : undefined,
  }
}

/** One line of text with its label, hint and error. */
export function TextField({
  label,
  hint,
  error,
  hideLabel,
  className,
  ...props
}: FieldProps & Omit<ComponentProps<'input'>, 'id'>) {
  const id = useId()
  const frame = { label, hint, error, hideLabel, className }
  return (
    <Frame id={id} {...frame}>
      <input {...described(id, frame)} className={cx(control, 'h-9 max-md:h-11')} {...props} />
    </Frame>
  )
}

/** Several lines of text with their label, hint and error. */
export function TextArea({
  label,
  hint,
  error,
  hideLabel,
  className,
  ...props
}: FieldProps & Omit<ComponentProps<'textarea'>, 'id'>) {
  const id = useId()
  const frame = { label, hint, error, hideLabel, className }
  return (
    <Frame id={id} {...frame}>
      <textarea
        {...described(id, frame)}
        className={cx(control, 'min-h-24 py-2 leading-relaxed')}
        {...props}
      />
    </Frame>
  )
}

/** A choice of one among few, with the browser's own list. */
export function SelectField({
  label,
  hint,
  error,
  hideLabel,
  className,
  ...props
}: FieldProps & Omit<ComponentProps<'select'>, 'id'>) {
  const id = useId()
  const frame = { label, hint, error, hideLabel, className }
  return (
    <Frame id={id} {...frame}>
      <select {...described(id, frame)} className={cx(control, 'h-9 max-md:h-11')} {...props} />
    </Frame>
  )
}

/** A tick box with its label at the right. */
export function CheckField({
  label,
  ...props
}: { label: string } & Omit<ComponentProps<'input'>, 'id' | 'type'>) {
  return (
    <label className="flex min-h-8 items-center gap-2.5 text-base max-md:min-h-10">
      <input type="checkbox" className="size-4 accent-accent" {...props} />
      <span>{label}</span>
    </label>
  )
}
