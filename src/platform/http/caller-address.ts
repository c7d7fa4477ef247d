import type { HttpContext } from './http-env.ts'

type NodeBindings = { incoming?: { socket?: { remoteAddress?: string } } } | undefined

/**
 * The caller's network address. Behind a trusted proxy it is the last entry of X-Forwarded-For, which that proxy
 * wrote; entries further left are the caller's own claim. An IPv6 caller counts as its /64, which is what
 * one household or server gets.
 */
export function callerAddress(c: HttpContext, trustProxy: boolean): string {
  const peer = (c.env as NodeBindings)?.incoming?.socket?.remoteAddress ?? 'unknown'
  if (!trustProxy) return groupOf(peer)
  const last = (c.req.header('x-forwarded-for') ?? '').split(',').at(-1)?.trim()
  return groupOf(last || peer)
}

function groupOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '')
  if (!plain.includes(':')) return plain
  const [head = '', tail] = plain.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const middle =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0')
  return `${[...left, ...middle, ...right].slice(0, 4).join(':')}::/64`
}
