import { BlockList, isIP } from 'node:net'

/** Says which inner addresses may be fetched nevertheless. */
export type AllowList = {
  /** Whether the host and port of a URL, as `URL` writes them, may be anything. */
  hasHost(host: string, port: number): boolean
  hasAddress(address: string): boolean
}

/** Whether a text is an entry of an allow-list: `host`, `host:port`, `[::1]:8080` or a network such as `10.1.0.0/16`. */
export function isAllowEntry(text: string): boolean {
  return networkOf(text) !== undefined || hostOf(text) !== undefined
}

/** Reads an allow-list. An entry that is none is a programming error: the configuration has refused it before. */
export function readAllowList(entries: readonly string[]): AllowList {
  const hosts = new Set<string>()
  const networks = new BlockList()
  for (const entry of entries) {
    const network = networkOf(entry)
    const host = hostOf(entry)
    if (network) networks.addSubnet(network.address, network.prefix, network.family)
    else if (host) hosts.add(host)
    else throw new TypeError(`"${entry}" is neither a host nor a network`)
  }
  return {
    hasHost: (host, port) => hosts.has(host) || hosts.has(`${host}:${port}`),
    hasAddress(address) {
      const family = address.includes('%') ? 0 : isIP(address)
      return family !== 0 && networks.check(address, family === 4 ? 'ipv4' : 'ipv6')
    },
  }
}

function networkOf(text: string): { address: string; prefix: number; family: 'ipv4' | 'ipv6' } | undefined {
  const [, address = '', bits = ''] = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(text) ?? []
  const family = isIP(address)
  if (family === 0 || Number(bits) > (family === 4 ? 32 : 128)) return undefined
  return { address, prefix: Number(bits), family: family === 4 ? 'ipv4' : 'ipv6' }
}

/** The entry as `URL` writes it, so that `LOCALHOST` and `127.1` mean what they mean in an address. */
function hostOf(text: string): string | undefined {
  if (!/^(\[[0-9a-fA-F:.]+\]|[^\s:/?#@[\]\\%]+)(:\d{1,5})?$/.test(text)) return undefined
  const url = `http://${text}`
  if (!URL.canParse(url)) return undefined
  const port = /:(\d{1,5})$/.exec(text.replace(/^\[.*\]/, ''))?.[1]
  return new URL(url).hostname + (port ? `:${Number(port)}` : '')
}
