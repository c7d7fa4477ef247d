import { createWriteStream } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import type { ApiClient } from '../../platform/cli/api-client.ts'
import { productionErrors } from './errors.ts'
import type { Production } from './production.ts'

/** Where the results are: paths of files, or links, by what they are. */
export type LocalResults = {
  hls: string | null
  analysis: string | null
  poster: string | null
  clips: Map<string, string | null>
}

/** Fetches everything a production made into a directory and says where each thing is (absolute paths). */
export async function downloadResults(
  api: ApiClient,
  production: Production,
  directory: string,
  onProgress: (percent: number, note: string) => void,
): Promise<LocalResults> {
  const out = resolve(directory)
  await mkdir(out, { recursive: true })
  const total = production.clips.length + 4
  let done = 0
  const step = (note: string) => onProgress((100 * ++done) / total, note)
  const take = async (link: string | null, name: string): Promise<string | null> => {
    if (link === null) return null
    const path = await saveLink(api, link, join(out, name))
    step(name)
    return path
  }

  const clips = new Map<string, string | null>()
  for (const [index, clip] of production.clips.entries()) {
    const name = `clip-${index + 1}`
    clips.set(clip.clipId, await take(clip.fileUrl, `${name}.mp4`))
    if (clip.thumbnailUrl) await saveLink(api, clip.thumbnailUrl, join(out, `${name}.jpg`))
    await writeFile(join(out, `${name}.receipt.json`), `${JSON.stringify(clip.receipt, null, 2)}\n`)
  }
  const results = {
    clips,
    analysis: await take(production.analysisUrl, 'analysis.json'),
    poster: await take(production.posterUrl, 'poster.jpg'),
    hls: production.hlsUrl ? await saveHls(api, production.hlsUrl, join(out, 'hls')) : null,
  }
  await take(production.contactSheetUrl, 'contact-sheet.jpg')
  await writeFile(join(out, 'drafts.json'), `${JSON.stringify(production.drafts, null, 2)}\n`)
  return results
}

/** Fetches a playlist, the playlists it names and their segments, keeping the relative names. */
async function saveHls(api: ApiClient, link: string, directory: string): Promise<string> {
  const base = link.slice(0, link.lastIndexOf('/') + 1)
  const first = link.slice(base.length)
  const waiting = [first]
  const seen = new Set(waiting)
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const path = await saveLink(api, base + name, insideOf(directory, name))
    if (!name.endsWith('.m3u8')) continue
    for (const found of namesIn(await readFile(path, 'utf8'))) {
      const target = join(dirname(name), found)
      if (!seen.has(target)) waiting.push(target)
      seen.add(target)
    }
  }
  return join(directory, first)
}

function namesIn(playlist: string): string[] {
  const uris = [...playlist.matchAll(/URI="([^"]+)"/g)].map((match) => match[1]!)
  const lines = playlist.split('\n').map((line) => line.trim())
  return [...uris, ...lines.filter((line) => line !== '' && !line.startsWith('#'))]
}

// The playlist comes from our own server, but a name in it must still not lead out of the directory.
function insideOf(directory: string, name: string): string {
  const path = resolve(directory, name)
  if (!path.startsWith(directory + sep))
    throw productionErrors.invalid(`The package names a file outside it: ${name}.`)
  return path
}

async function saveLink(api: ApiClient, link: string, path: string): Promise<string> {
  const answer = await api.fetch(link)
  if (!answer.ok || !answer.body)
    throw productionErrors.notFound(`${link.split('/').at(-1)} could not be fetched.`)
  await mkdir(dirname(path), { recursive: true })
  await pipeline(Readable.fromWeb(answer.body as ReadableStream), createWriteStream(path))
  return path
}
