// From a recording to clips on disk with nothing but `fetch`. The same calls work from any language.
//
//   CREATOROPS_URL=http://localhost:4000 CREATOROPS_API_KEY=cok_… bin/node examples/process-by-api.ts talk.mp4 out/
//
// A key comes from Settings → API keys, or from `bin/creatorops keys create`.
import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

type Production = {
  state: string
  stageLabel: string | null
  percent: number
  error: { code: string; message: string; help: string } | null
  clips: Array<{ title: string; fileUrl: string; receipt: { frames: number; requestedFrames: number } }>
}

const { CREATOROPS_URL: url = 'http://localhost:4000', CREATOROPS_API_KEY: key = '' } = process.env
const [file = '', out = '.'] = process.argv.slice(2)
const authorization = `Bearer ${key}`

const assetId = await upload(file)
const { id } = await call<{ id: string }>('/productions', { assetId, title: basename(file) })
const production = await follow(id)
await mkdir(out, { recursive: true })
for (const [index, clip] of production.clips.entries()) {
  const path = join(out, `clip-${index + 1}.mp4`)
  const answer = await fetch(new URL(clip.fileUrl, url))
  await writeFile(path, Buffer.from(await answer.arrayBuffer()))
  console.log(`${path}: ${clip.title}, ${clip.receipt.frames} of ${clip.receipt.requestedFrames} frames`)
}

/** tus in two requests: announce the file with its checksum, send its bytes. Large files: send them in pieces. */
async function upload(path: string): Promise<string> {
  const bytes = await readFile(path)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const metadata = { filename: basename(path), sha256 }
  const headers = { authorization, 'tus-resumable': '1.0.0' }
  const begun = await fetch(`${url}/api/v1/uploads`, {
    method: 'POST',
    headers: {
      ...headers,
      'upload-length': String(bytes.length),
      'upload-metadata': Object.entries(metadata)
        .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
        .join(','),
    },
  })
  await refuse(begun)
  const sent = await fetch(new URL(begun.headers.get('location')!, url), {
    method: 'PATCH',
    headers: { ...headers, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
    body: bytes,
  })
  await refuse(sent)
  return sent.headers.get('x-asset-id')!
}

async function follow(productionId: string): Promise<Production> {
  for (;;) {
    const now = await call<Production>(`/productions/${productionId}`)
    console.log(`${Math.floor(now.percent)} % ${now.stageLabel ?? 'Waiting'}`)
    if (now.state === 'succeeded') return now
    if (now.error) throw new Error(`${now.error.code}: ${now.error.message} ${now.error.help}`)
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
}

async function call<T>(path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${url}/api/v1${path}`, {
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
    // The key makes the POST safe to repeat: a lost answer never starts the work twice.
    headers: { authorization, 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
  })
  await refuse(answer)
  return (await answer.json()) as T
}

async function refuse(answer: Response): Promise<void> {
  if (answer.ok) return
  const { code, message, help } = (await answer.json()) as { code: string; message: string; help: string }
  throw new Error(`${code}: ${message} ${help}`)
}
