import { lookup } from 'node:dns/promises'
import { request as requestHttp, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import type { Readable } from 'node:stream'
import { AppError } from '../../kernel/errors.ts'
import { type AllowList, readAllowList } from './allow-list.ts'
import { cappedBody, readAll } from './capped-body.ts'
import { fetchErrors } from './errors.ts'
import { isPublicAddress } from './public-address.ts'

export type Address = { address: string; family: number }

export type SafeFetchOptions = {
  /** Default GET. Only GET and HEAD follow redirects; for others a redirect is the answer. */
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT'
  /** Names in lower case. Credentials among them do not follow a redirect to another origin. */
  headers?: Record<string, string>
  body?: string | Buffer
  /** Largest accepted body, in bytes as they travel. */
  maxBytes: number
  /** For everything together: names, redirects, the whole body. */
  timeoutMs: number
  /** Hosts and networks that may be fetched though they are not public: `CREATOROPS_FETCH_ALLOW`. */
  allow?: readonly string[]
  signal?: AbortSignal
  /** All addresses of a host name. Default: the system's resolver. */
  resolve?: (host: string) => Promise<Address[]>
}

export type SafeResponse = {
  /** Where the answer came from, after redirects. */
  url: string
  status: number
  headers: IncomingHttpHeaders
  /** Ends with `fetch.tooLarge`, `fetch.timedOut` or `fetch.unreachable` when it is cut off. Read it or discard it. */
  body: Readable
  bytes(): Promise<Buffer>
  discard(): void
}

const maxRedirects = 5

/**
 * Fetches a URL that somebody else chose. Only http and https, only public addresses and what is allowed: names are
 * resolved here and the connection goes to exactly the address that was checked, at each redirect anew.
 * Any status is an answer. Fails with the rows of `fetchErrors`, or with the signal's reason.
 */
export async function safeFetch(url: string, options: SafeFetchOptions): Promise<SafeResponse> {
  const allow = readAllowList(options.allow ?? [])
  const timeout = AbortSignal.timeout(options.timeoutMs)
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout
  const translate = (error: unknown): unknown => {
    if (options.signal?.aborted) return options.signal.reason
    if (error instanceof AppError) return error
    const seconds = options.timeoutMs / 1000
    if (timeout.aborted) return fetchErrors.timedOut(`No complete answer within ${seconds} s.`)
    return fetchErrors.unreachable(`The connection failed: ${reasonOf(error)}.`, { cause: error })
  }
  try {
    return await follow(parse(url), { ...options, signal }, allow, translate)
  } catch (error) {
    throw translate(error)
  }
}

/**
 * Checks a URL that is to be fetched later, as far as it can be seen without asking anybody, and returns it as `URL`
 * writes it. Fails with `fetch.badUrl`, or with `fetch.refused` for an inner address that is not allowed.
 */
export function checkUrl(text: string, allow: readonly string[] = []): string {
  const url = parse(text)
  const host = hostOf(url)
  const isInner = /(^|\.)localhost\.?$/.test(host) || (isIP(host) !== 0 && !isPublicAddress(host))
  const list = readAllowList(allow)
  if (isInner && !list.hasHost(url.hostname, portOf(url)) && !list.hasAddress(host)) {
    throw fetchErrors.refused(`${url.hostname} is not an address of the public internet.`)
  }
  return url.href
}

type Hop = SafeFetchOptions & { signal: AbortSignal }

async function follow(
  first: URL,
  options: Hop,
  allow: AllowList,
  translate: (error: unknown) => unknown,
): Promise<SafeResponse> {
  const { method = 'GET' } = options
  let url = first
  let headers = options.headers ?? {}
  for (let hops = 0; ; hops++) {
    const addresses = await checkedAddresses(url, options, allow)
    const message = await send(url, { ...options, headers }, addresses)
    const status = message.statusCode!
    const target = [301, 302, 303, 307, 308].includes(status) ? message.headers.location : undefined
    if (target === undefined || (method !== 'GET' && method !== 'HEAD')) {
      return toResponse(url, message, options, translate)
    }
    message.destroy()
    if (hops === maxRedirects) throw fetchErrors.badRedirect(`More than ${maxRedirects} redirects.`)
    const next = parse(target, url)
    if (url.protocol === 'https:' && next.protocol === 'http:') {
      throw fetchErrors.badRedirect(`${url.host} leads from https to http.`)
    }
    if (next.origin !== url.origin) headers = withoutCredentials(headers)
    url = next
  }
}

function parse(text: string, base?: URL): URL {
  if (!URL.canParse(text, base?.href)) throw fetchErrors.badUrl('This is not an address that can be fetched.')
  const url = new URL(text, base)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw fetchErrors.badUrl(`Addresses that start with ${url.protocol} are not fetched.`)
  }
  if (url.username || url.password) throw fetchErrors.badUrl('The address must not hold a user name.')
  return url
}

/** The host without the brackets of IPv6. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1')
}

function portOf(url: URL): number {
  return Number(url.port) || (url.protocol === 'https:' ? 443 : 80)
}

/** The addresses of a host. One that must not be reached spoils them all: such a name is a trap or a mistake. */
async function checkedAddresses(url: URL, options: Hop, allow: AllowList): Promise<Address[]> {
  const host = hostOf(url)
  const literal = isIP(host)
  const addresses = literal ? [{ address: host, family: literal }] : await resolveHost(host, options)
  if (allow.hasHost(url.hostname, portOf(url))) return addresses
  for (const { address } of addresses) {
    if (isPublicAddress(address) || allow.hasAddress(address)) continue
    throw fetchErrors.refused(`${url.hostname} is not an address of the public internet.`)
  }
  return addresses
}

async function resolveHost(host: string, { resolve, signal }: Hop): Promise<Address[]> {
  const resolving = resolve ? resolve(host) : lookup(host, { all: true })
  // The system's resolver cannot be stopped, but nobody has to wait for it.
  resolving.catch(() => undefined)
  const addresses = await Promise.race([resolving, rejectionOf(signal)])
  if (addresses.length === 0) throw fetchErrors.unreachable(`${host} has no address.`)
  return addresses
}

function rejectionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

function send(url: URL, options: Hop, addresses: Address[]): Promise<IncomingMessage> {
  const { method = 'GET', headers = {}, body, signal } = options
  const checked: LookupFunction = (_host, { all }, callback) => {
    if (all) callback(null, addresses)
    else callback(null, addresses[0]!.address, addresses[0]!.family)
  }
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method,
      // As it is, so that the limit counts what travels and nothing unfolds here.
      headers: { 'user-agent': 'CreatorOps', 'accept-encoding': 'identity', ...headers },
      lookup: checked,
      agent: false, // a connection of its own: no other host's, no proxy's
      signal,
    })
    sent.once('response', resolve)
    // Stays for the life of the request: after the answer has begun, its body says the same.
    sent.on('error', reject)
    sent.end(body)
  })
}

function toResponse(
  url: URL,
  message: IncomingMessage,
  { maxBytes, method }: Hop,
  translate: (error: unknown) => unknown,
): SafeResponse {
  const length = Number(message.headers['content-length'] ?? 0)
  if (length > maxBytes && method !== 'HEAD') {
    message.destroy()
    throw fetchErrors.tooLarge(`The answer has ${length} bytes; at most ${maxBytes} are accepted.`)
  }
  const body = cappedBody(message, maxBytes, translate)
  return {
    url: url.href,
    status: message.statusCode!,
    headers: message.headers,
    body,
    bytes: () => readAll(body),
    discard: () => void body.destroy(),
  }
}

function withoutCredentials(headers: Record<string, string>): Record<string, string> {
  const secret = /^(authorization|cookie|proxy-authorization|x-api-key)$/
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !secret.test(name)))
}

/** A code such as ECONNREFUSED; the message could name inner addresses. */
function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  return code ?? 'it broke off'
}
