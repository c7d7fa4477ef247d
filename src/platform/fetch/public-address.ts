import { BlockList, isIP } from 'node:net'

/*
 * From the IANA special-purpose address registries. IPv6 works the other way round: only 2000::/3 is handed out, so
 * loopback, link-local, private, multicast and every form that carries an IPv4 address (::ffff:0:0/96, ::/96,
 * 64:ff9b::/96) are outside of it already.
 */
const specialV4: ReadonlyArray<readonly [string, number]> = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10], // carrier-grade NAT; a metadata service of one cloud too
  ['127.0.0.0', 8],
  ['168.63.129.16', 32], // host services of one cloud, in the middle of public space
  ['169.254.0.0', 16], // link-local, and the metadata service of most clouds
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]
const specialV6: ReadonlyArray<readonly [string, number]> = [
  ['2001::', 23], // Teredo carries IPv4 addresses, the rest is for protocols
  ['2001:db8::', 32],
  ['2002::', 16], // 6to4 carries an IPv4 address
  ['3fff::', 20],
]

/** Whether an IP address is one of the public internet. Anything that is no plain address, or has a zone, is not. */
export function isPublicAddress(address: string): boolean {
  const family = address.includes('%') ? 0 : isIP(address)
  if (family === 4) return !v4.check(address, 'ipv4')
  return family === 6 && handedOut.check(address, 'ipv6') && !v6.check(address, 'ipv6')
}

const v4 = listOf(specialV4, 'ipv4')
const v6 = listOf(specialV6, 'ipv6')
const handedOut = listOf([['2000::', 3]], 'ipv6')

function listOf(ranges: ReadonlyArray<readonly [string, number]>, family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList()
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, family)
  return list
}
