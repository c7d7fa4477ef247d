import { constants } from 'node:fs'
import { copyFile, mkdir, open, rename, rm, statfs } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { dirname, join } from 'node:path'

/** Writes a file's bytes and size through to the disk. */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Writes a directory's entries through to the disk, so that a rename in it survives a power cut. */
export async function syncDir(path: string): Promise<void> {
  const dir = await open(path, constants.O_RDONLY)
  try {
    await dir.sync()
  } finally {
    await dir.close()
  }
}

/**
 * Moves a file so that after a power cut either the old or the new name holds all of it.
 * Across devices it copies, syncs, renames and only then removes the source. Makes the target's directory.
 */
export async function moveFileDurably(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  await syncFile(from)
  try {
    await rename(from, to)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error
    await copyThenRename(from, to)
    await rm(from)
  }
  await syncDir(dirname(to))
}

/** Copies a file durably: all of it under the new name, or nothing. */
export async function copyFileDurably(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  await copyThenRename(from, to)
  await syncDir(dirname(to))
}

async function copyThenRename(from: string, to: string): Promise<void> {
  const temp = join(dirname(to), `.move-${randomBytes(8).toString('hex')}`)
  try {
    await copyFile(from, temp, constants.COPYFILE_FICLONE)
    await syncFile(temp)
    await rename(temp, to)
  } catch (error) {
    await rm(temp, { force: true })
    throw error
  }
}

/** Bytes that this process may still write on the file system of a path. */
export async function diskFree(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path)
  return bavail * bsize
}
