import { posix } from 'node:path'
import { AppError } from '../../../kernel/errors.ts'
import { checkUrl } from '../../../platform/fetch/safe-fetch.ts'
import { clipErrors } from '../errors.ts'
import { plainName } from './place.ts'

type Locate = (uri: string, from: string) => string

/**
 * What names in a playlist on a server mean. Only http and https, only public or allowed addresses, as far as it can
 * be seen without asking anybody; safe fetch looks again at the address that a name leads to.
 */
export function locateUrls(options: { allow: readonly string[]; hosts: readonly string[] }): Locate {
  const refusals = new Map<string, string | null>()
  return (uri, from) => {
    if (!URL.canParse(uri, from)) throw refused(uri, 'which is no address')
    const url = new URL(uri, from)
    // An address without its path, so that a list of 100,000 names is checked once for each server.
    const server = `${url.protocol}//${url.username ? `${url.username}@` : ''}${url.host}`
    let refusal = refusals.get(server)
    if (refusal === undefined) {
      refusal = whyRefused(server, url.hostname, options)
      refusals.set(server, refusal)
    }
    if (refusal !== null) throw refused(uri, refusal)
    return url.href
  }
}

function whyRefused(
  server: string,
  host: string,
  { allow, hosts }: { allow: readonly string[]; hosts: readonly string[] },
): string | null {
  if (!isListed(host, hosts)) return `and clips are not cut from ${host} here`
  try {
    checkUrl(server, allow)
    return null
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return `which is not fetched: ${error.message.replace(/\.$/, '')}`
  }
}

/** Whether a host is on a list of hosts and `*.domains`; an empty list holds all. */
export function isListed(host: string, hosts: readonly string[]): boolean {
  if (hosts.length === 0) return true
  const name = host.toLowerCase()
  return hosts.some((one) => {
    const entry = one.toLowerCase()
    return entry.startsWith('*.') ? name.endsWith(entry.slice(1)) : name === entry
  })
}

/** What names in a stored playlist mean: keys in the folder of the first playlist and below. */
export function locateKeys(entry: string): Locate {
  const folder = posix.dirname(entry)
  const root = folder === '.' ? '' : `${folder}/`
  return (uri, from) => {
    const name = plainName(uri)
    const isForeign = /^[a-z][a-z0-9+.-]*:/i.test(name) || /^[/\\]/.test(name)
    const key = posix.join(posix.dirname(from), name)
    if (isForeign || name === '' || /[\0\\]/.test(name) || key.startsWith('../') || !key.startsWith(root)) {
      throw refused(uri, 'which is not in its own folder')
    }
    return key
  }
}

function refused(uri: string, why: string): Error {
  return clipErrors.playlistRefused(`The playlist names "${uri.slice(0, 200)}", ${why}.`)
}
