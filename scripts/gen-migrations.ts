import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { join, resolve } from 'node:path'

/**
 * Writes drizzle/ from every schema.ts under src, and what only SQL can say from the schema.sql beside it.
 *   (nothing)     until the first release: one initial migration, made anew
 *   --add NAME    a further migration with what changed since the last one
 *   --check       changes nothing; exit 1 when drizzle/ does not match the schemas
 */
const root = resolve(import.meta.dirname, '..')
const committed = join(root, 'drizzle')
const [flag, name] = process.argv.slice(2)

// A relative path, because drizzle-kit puts "./" before it.
const scratch = mkdtempSync(join(root, '.drizzle-'))
try {
  const isIncremental = flag === '--add' || (flag === '--check' && sqlNames(committed).length > 1)
  if (isIncremental) cpSync(committed, scratch, { recursive: true })
  const before = sqlTexts(scratch)
  generate(flag === '--add' && name ? name : isIncremental ? 'check' : 'initial')
  const after = sqlTexts(scratch)
  const isStale = isIncremental ? after !== before : after !== sqlTexts(committed)

  if (flag === '--check') {
    if (isStale)
      throw new Error('drizzle/ does not match the schemas: run "bin/node scripts/gen-migrations.ts"')
  } else if (isStale) {
    rmSync(committed, { recursive: true, force: true })
    chmodSync(scratch, 0o755)
    renameSync(scratch, committed)
    console.log(`drizzle/: ${sqlNames(committed).join(', ')}`)
  } else {
    console.log('drizzle/ is up to date')
  }
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

function generate(migrationName: string): void {
  const out = `.${scratch.slice(root.length)}`
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/drizzle-kit/bin.cjs'), 'generate', '--name', migrationName],
    { cwd: root, env: { ...process.env, DRIZZLE_OUT: out }, encoding: 'utf8' },
  )
  // drizzle-kit reports some failures with exit code 0.
  if (status !== 0 || sqlNames(scratch).length === 0)
    throw new Error(`drizzle-kit failed:\n${stdout}${stderr}`)
  // A later migration says for itself what of it changed.
  if (migrationName === 'initial') {
    for (const path of globSync('src/**/schema.sql', { cwd: root }).sort())
      appendFileSync(join(scratch, sqlNames(scratch)[0]!), `\n${readFileSync(join(root, path), 'utf8')}`)
  }
}

function sqlNames(dir: string): string[] {
  return existsSync(dir)
    ? readdirSync(dir)
        .filter((file) => file.endsWith('.sql'))
        .sort()
    : []
}

function sqlTexts(dir: string): string {
  return sqlNames(dir)
    .map((file) => `-- ${file}\n${readFileSync(join(dir, file), 'utf8')}`)
    .join('\n')
}
