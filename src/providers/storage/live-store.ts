/** A real S3 store for tests, as `npm run test:s3` starts one and names it in the environment. */
export type LiveStore = {
  endpoint: string
  credentials: { accessKeyId: string; secretAccessKey: string }
  checksums: 'full' | 'md5'
}

/** The store that `S3_TEST_ENDPOINT` names, or undefined. */
export function liveStore(env: Record<string, string | undefined> = process.env): LiveStore | undefined {
  const endpoint = env['S3_TEST_ENDPOINT']
  if (!endpoint) return undefined
  const credentials = {
    accessKeyId: env['S3_TEST_ACCESS_KEY'] ?? '',
    secretAccessKey: env['S3_TEST_SECRET_KEY'] ?? '',
  }
  return { endpoint, credentials, checksums: env['S3_TEST_CHECKSUMS'] === 'full' ? 'full' : 'md5' }
}
