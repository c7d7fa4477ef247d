import { readFile, realpath, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { dbErrors } from './errors.ts'

/** The user that the server runs as. Undefined ids mean: the user we are. */
export type RunAs = { uid: number; gid: number; isOther: boolean }

/**
 * PostgreSQL refuses to run as root. Then the owner of an existing data directory, else `postgres`, else `nobody`,
 * else the first other user of /etc/passwd runs it. An ordinary user runs it as itself.
 */
export async function chooseUser(dataDir: string): Promise<RunAs> {
  const uid = process.getuid?.() ?? 0
  const owner = await ownerOf(dataDir)
  if (uid !== 0) {
    if (owner !== undefined && owner !== uid) {
      throw dbErrors.notOwner(`${dataDir} belongs to user ${owner}, and this is user ${uid}.`)
    }
    return { uid, gid: process.getgid?.() ?? 0, isOther: false }
  }
  const users = parsePasswd(await readFile('/etc/passwd', 'utf8'))
  const user =
    users.find((entry) => entry.uid === owner) ??
    users.find((entry) => entry.name === 'postgres') ??
    users.find((entry) => entry.name === 'nobody') ??
    users[0]
  if (!user) throw dbErrors.noUser('There is no user to run PostgreSQL as.')
  return { uid: user.uid, gid: user.gid, isOther: true }
}

/** The users of an /etc/passwd text except root. A user without an entry there cannot run PostgreSQL. */
export function parsePasswd(text: string): Array<{ name: string; uid: number; gid: number }> {
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 7 && Number(fields[2]) > 0)
    .map((fields) => ({ name: fields[0]!, uid: Number(fields[2]), gid: Number(fields[3]) }))
}

/** Whether the user may enter a directory and all above it, by mode bits alone. */
export async function canEnter(dir: string, user: RunAs): Promise<boolean> {
  if (!user.isOther) return true
  for (let at = await realpath(dir); ; at = dirname(at)) {
    if (!isAllowed(await stat(at), user, 0o1)) return false
    if (dirname(at) === at) return true
  }
}

/** Whether the mode bits of a file allow `bits` (4 read, 2 write, 1 execute or enter) to the user. */
export function isAllowed(
  file: { mode: number; uid: number; gid: number },
  user: RunAs,
  bits: number,
): boolean {
  const shift = file.uid === user.uid ? 6 : file.gid === user.gid ? 3 : 0
  return ((file.mode >> shift) & bits) === bits
}

async function ownerOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).uid
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
