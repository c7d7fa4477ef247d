import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { withDatabase } from './database-url.ts'
import { isAllowed, parsePasswd } from './run-as.ts'

describe('the user that runs the server', () => {
  test('is found in passwd, and never root', () => {
    const users = parsePasswd(
      'root:x:0:0:root:/root:/bin/sh\nbroken line\nann:x:1000:1001::/home/ann:/bin/sh\n',
    )
    assert.deepEqual(users, [{ name: 'ann', uid: 1000, gid: 1001 }])
  })

  for (const [mode, uid, gid, expected] of [
    [0o755, 0, 0, true],
    [0o700, 0, 0, false],
    [0o700, 101, 0, true],
    [0o710, 0, 104, true],
    [0o071, 0, 104, true],
    [0o605, 0, 104, false], // the group's bits count for a member, even when others may do more
    [0o077, 101, 104, false],
  ] as const) {
    test(`${expected ? 'enters' : 'does not enter'} a directory ${mode.toString(8)} of ${uid}:${gid}`, () => {
      const user = { uid: 101, gid: 104, isOther: true }
      assert.equal(isAllowed({ mode, uid, gid }, user, 0o1), expected)
    })
  }
})

describe('another database of the same server', () => {
  for (const [url, expected] of [
    [
      'postgres://me:pw@db.example:5432/app?sslmode=require',
      'postgres://me:pw@db.example:5432/other?sslmode=require',
    ],
    ['postgresql://db.example', 'postgresql://db.example/other'],
    ['postgres://me@/app?host=%2Ftmp%2Fx', 'postgres://me@/other?host=%2Ftmp%2Fx'],
  ] as const) {
    test(`of ${url}`, () => assert.equal(withDatabase(url, 'other'), expected))
  }

  test('needs a PostgreSQL URL', () => assert.throws(() => withDatabase('mysql://x/y', 'other'), TypeError))
})
