import type { z } from 'zod'

/** One environment variable. The same row parses it, documents it and names it in errors. */
export type Variable<Schema extends z.ZodType = z.ZodType> = {
  name: string
  schema: Schema
  /** As a person would write it in the environment. Without it the variable is optional. */
  default?: string
  /** Shown in the docs when the default is worked out at start. */
  defaultText?: string
  unit?: string
  /** One or two sentences for the person who runs this. */
  description: string
  /** Never printed, logged or shown. */
  isSecret?: boolean
  group: 'Server' | 'Outside parts' | 'Sign-in' | 'Limits' | 'Work' | 'Telemetry' | 'Command line'
}

/** Types a row without widening it. */
export const variable = <S extends z.ZodType, const V extends Omit<Variable<S>, 'schema'>>(
  row: V & { schema: S },
) => row
