import { readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { pagePolicy } from './page-policy.ts'

export type StaticFile = {
  path: string
  contentType: string
  sizeBytes: number
  etag: string
  cacheControl: string
  /** Content-Security-Policy, for pages. */
  policy?: string
}

/** The files of an exported site by their address, such as `/runs/view.html`. */
export type StaticIndex = ReadonlyMap<string, StaticFile>

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}

/**
 * Lists a directory once. Only what is listed is ever served, so an address cannot name anything else on the disk.
 * An absent directory gives an empty index.
 */
export function indexStaticFiles(dir: string): StaticIndex {
  const files = new Map<string, StaticFile>()
  for (const entry of readDir(dir)) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const address = `/${relative(dir, path).split(sep).join('/')}`
    files.set(address, describe(path, address))
  }
  return files
}

function readDir(dir: string) {
  try {
    return readdirSync(dir, { recursive: true, withFileTypes: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function describe(path: string, address: string): StaticFile {
  const { size, mtimeMs } = statSync(path)
  const extension = extname(path)
  return {
    path,
    contentType: contentTypes[extension] ?? 'application/octet-stream',
    sizeBytes: size,
    etag: `"${size.toString(36)}-${Math.floor(mtimeMs).toString(36)}"`,
    // Next puts a content hash into every name below _next/static.
    cacheControl: address.startsWith('/_next/static/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    ...(extension === '.html' ? { policy: pagePolicy(readFileSync(path, 'utf8')) } : {}),
  }
}

/**
 * The file that answers an address: itself, its page, its folder's page, or the shell of the nearest folder above
 * (`/runs/run_1` → `/runs/view.html`), which reads the rest of the address in the browser.
 */
export function findStaticFile(index: StaticIndex, address: string): StaticFile | undefined {
  const clean = address.length > 1 ? address.replace(/\/+$/, '') : address
  const exact = clean === '/' || clean === '' ? index.get('/index.html') : index.get(clean)
  const found = exact ?? index.get(`${clean}.html`) ?? index.get(`${clean}/index.html`)
  if (found) return found
  const extension = extname(clean)
  // Next asks for `/runs/run_1.txt` when it prefetches the page's data.
  if (extension !== '' && extension !== '.txt') return undefined
  const shell = extension === '.txt' ? 'view.txt' : 'view.html'
  for (let parent = clean; parent !== '';) {
    parent = parent.slice(0, parent.lastIndexOf('/'))
    const file = index.get(`${parent}/${shell}`)
    if (file) return file
  }
  return undefined
}
