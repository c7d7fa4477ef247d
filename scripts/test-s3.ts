import { execFileSync, spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { cephPackages, missingPrograms, startRadosgw } from './radosgw.ts'

/**
 * Runs the storage contract and the upload tests against a real S3 store: scripts/test-s3.ts
 *   (nothing)             Ceph's radosgw from Debian's packages, started here and stopped afterwards
 *   S3_TEST_ENDPOINT=…    another store of yours, with S3_TEST_ACCESS_KEY and S3_TEST_SECRET_KEY. Buckets are made in it.
 * As root on Debian the packages are installed when they are missing.
 */
const root = resolve(import.meta.dirname, '..')
const say = (line: string) => console.log(`test-s3: ${line}`)

if (!process.env['S3_TEST_ENDPOINT']) await installIfMissing()
const started = process.env['S3_TEST_ENDPOINT'] ? undefined : await startRadosgw(say)
try {
  if (started) say(`Ceph ${started.version} answers on ${started.endpoint}`)
  const env = {
    ...process.env,
    ...(started && {
      S3_TEST_ENDPOINT: started.endpoint,
      S3_TEST_ACCESS_KEY: started.credentials.accessKeyId,
      S3_TEST_SECRET_KEY: started.credentials.secretAccessKey,
    }),
  }
  const files = ['src/providers/storage/s3-live.test.ts', 'src/capabilities/assets/uploads-s3-live.test.ts']
  const { status } = spawnSync(resolve(root, 'bin/node'), ['scripts/test.ts', '--fast', ...files], {
    cwd: root,
    env,
    stdio: 'inherit',
  })
  process.exitCode = status ?? 1
} finally {
  await started?.stop()
}

async function installIfMissing(): Promise<void> {
  const missing = await missingPrograms()
  if (missing.length === 0) return
  const command = `apt-get install -y --no-install-recommends ${cephPackages.join(' ')}`
  const isRoot = process.getuid?.() === 0
  if (!isRoot) {
    say(`${missing.join(', ')} missing. Install them as root: ${command}`)
    process.exit(2)
  }
  say(`installing ${cephPackages.join(' ')}`)
  execFileSync('apt-get', ['update', '-qq'], { stdio: 'inherit' })
  execFileSync('sh', ['-c', `DEBIAN_FRONTEND=noninteractive ${command}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}
