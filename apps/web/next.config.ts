import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { NextConfig } from 'next'

const repositoryRoot = join(dirname(fileURLToPath(import.meta.url)), '../..')

const config: NextConfig = {
  output: 'export',
  // `tsc -p apps/web` checks the types in CI; doing it again here would double the build time.
  typescript: { ignoreBuildErrors: true },
  images: { unoptimized: true },
  turbopack: { root: repositoryRoot },
  devIndicators: false,
}

export default config
