export { copyFileDurably, diskFree, moveFileDurably, syncDir, syncFile } from './durable-files.ts'
export { hashThrough, sha256File } from './hash-file.ts'
export { cleanWorkDirs, withWorkDir } from './work-dir.ts'
