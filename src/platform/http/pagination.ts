import { z } from '@hono/zod-openapi'
import { httpErrors } from './errors.ts'

export const defaultPageSize = 25
export const largestPage = 200

/** Query parameters of every list: `limit` (default 25, at most 200) and the opaque `cursor` of the page before. */
export const pageQuery = z.object({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(largestPage)
    .default(defaultPageSize)
    .openapi({ type: 'integer', minimum: 1, maximum: largestPage, default: defaultPageSize }),
  cursor: z.string().min(1).max(512).optional().openapi({ description: 'nextCursor of the page before.' }),
})

export type PageQuery = z.infer<typeof pageQuery>

/** One page of a list. `nextCursor` is null on the last page. */
export type Page<Item> = { items: Item[]; nextCursor: string | null }

/** The schema of one page of these items. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    nextCursor: z
      .string()
      .nullable()
      .openapi({ description: 'Send as cursor to get the next page; null at the end.' }),
  })
}

/**
 * Makes a page from rows that were selected with `limit + 1`. `positionOf` names where a row stands in the order
 * (ids, ISO times, numbers); it comes back through `decodeCursor`.
 */
export function toPage<Row>(rows: Row[], limit: number, positionOf: (row: Row) => unknown): Page<Row> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  const hasMore = rows.length > limit && last !== undefined
  return { items, nextCursor: hasMore ? encodeCursor(positionOf(last)) : null }
}

/** Packs a position in a list into an opaque text. */
export function encodeCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url')
}

/** Reads a cursor back; `http.invalidCursor` unless it fits the schema. Undefined for the first page. */
export function decodeCursor<Position>(
  schema: z.ZodType<Position>,
  cursor: string | undefined,
): Position | undefined {
  if (cursor === undefined) return undefined
  let raw: unknown
  try {
    raw = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch (cause) {
    throw httpErrors.invalidCursor('This cursor cannot be read.', { cause })
  }
  const position = schema.safeParse(raw)
  if (!position.success)
    throw httpErrors.invalidCursor('This cursor belongs to another list.', { cause: position.error })
  return position.data
}
