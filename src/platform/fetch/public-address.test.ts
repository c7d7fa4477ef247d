import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { isAllowEntry, readAllowList } from './allow-list.ts'
import { isPublicAddress } from './public-address.ts'

describe('an address is public', () => {
  for (const address of [
    '1.1.1.1',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2a00:1450:4001:81b::200e',
  ]) {
    test(`when it is ${address}`, () => assert.equal(isPublicAddress(address), true))
  }
})

describe('an address is not public', () => {
  for (const address of [
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '100.100.100.200',
    '127.0.0.1',
    '127.255.255.255',
    '168.63.129.16',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::7f00:1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    '100::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::1',
    '2606:4700::1%1',
    // No plain addresses: whoever resolves them reads them differently.
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '127.1',
    '8.8.8.8 ',
    '',
    'example.org',
  ]) {
    test(`when it is "${address}"`, () => assert.equal(isPublicAddress(address), false))
  }

  test('in any way of writing an IPv4 number, once a URL has read it', () => {
    const inner = fc.constantFrom<number[]>(
      [127, 0, 0, 1],
      [10, 1, 2, 3],
      [169, 254, 169, 254],
      [192, 168, 0, 7],
    )
    const bases = fc.array(fc.constantFrom(8, 10, 16), { minLength: 4, maxLength: 4 })
    fc.assert(
      fc.property(inner, bases, fc.integer({ min: 1, max: 4 }), (bytes, radixes, parts) => {
        const tail = bytes.slice(parts - 1).reduce((sum, byte) => sum * 256 + byte, 0)
        const numbers = [...bytes.slice(0, parts - 1), tail]
        const text = numbers.map((number, at) => written(number, radixes[at]!)).join('.')
        const { hostname } = new URL(`http://${text}/`)
        assert.equal(hostname, bytes.join('.'))
        assert.equal(isPublicAddress(hostname), false)
      }),
    )
  })

  test('when an IPv6 address carries an IPv4 one, whichever', () => {
    const carriers = fc.constantFrom('::ffff:', '::', '64:ff9b::', '2002:', '::ffff:0:')
    fc.assert(
      fc.property(carriers, fc.ipV4(), (carrier, inside) => {
        const [a, b, c, d] = inside.split('.').map(Number) as [number, number, number, number]
        const hex = `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
        const address = carrier === '2002:' ? `2002:${hex}::1` : `${carrier}${hex}`
        assert.equal(isPublicAddress(address), false)
      }),
    )
  })

  test('when it has a zone, whichever', () => {
    fc.assert(
      fc.property(fc.ipV6(), fc.string({ minLength: 1, maxLength: 8 }), (address, zone) => {
        assert.equal(isPublicAddress(`${address}%${zone}`), false)
      }),
    )
  })
})

describe('an allow-list', () => {
  test('takes hosts, ports and networks, and nothing else', () => {
    for (const entry of ['nas', 'nas:8080', '127.0.0.1', '127.0.0.1:9', '[::1]:80', '10.0.0.0/8', 'fd00::/8'])
      assert.equal(isAllowEntry(entry), true, entry)
    for (const entry of ['', 'http://nas', 'a b', 'nas/8', '10.0.0.0/33', 'fd00::/129', 'u@h', '*', '::1%lo'])
      assert.equal(isAllowEntry(entry) && entry !== '*', false, entry)
  })

  test('matches a host with every port, or only with the one it names', () => {
    const list = readAllowList(['NAS.local', '127.1:8080', '[0:0::1]'])
    assert.equal(list.hasHost('nas.local', 9), true)
    assert.equal(list.hasHost('127.0.0.1', 8080), true)
    assert.equal(list.hasHost('127.0.0.1', 8081), false)
    assert.equal(list.hasHost('[::1]', 80), true)
    assert.equal(list.hasHost('other', 9), false)
  })

  test('matches the addresses of its networks, without zones', () => {
    const list = readAllowList(['10.1.0.0/16', 'fd00::/8'])
    assert.equal(list.hasAddress('10.1.255.1'), true)
    assert.equal(list.hasAddress('10.2.0.1'), false)
    assert.equal(list.hasAddress('fd12::1'), true)
    assert.equal(list.hasAddress('fd12::1%eth0'), false)
    assert.equal(list.hasAddress('nas'), false)
  })
})

function written(number: number, radix: number): string {
  if (radix === 16) return `0x${number.toString(16)}`
  return radix === 8 ? `0${number.toString(8)}` : String(number)
}
