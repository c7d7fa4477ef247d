/**
 * The address of a recording for an editor's project: `file://` for a whole path (of Unix or Windows), otherwise
 * relative to the project file. `host` is what some editors want between the slashes.
 */
export function mediaUrl(source: { path?: string; name: string }, host = ''): string {
  const path = source.path ?? source.name
  const isWindows = /^[A-Za-z]:[\\/]/.test(path)
  const parts = (isWindows ? path.replaceAll('\\', '/') : path).toWellFormed().split('/')
  const encoded = parts
    .map((part, index) => (isWindows && index === 0 ? part : encodeURIComponent(part)))
    .join('/')
  if (isWindows) return `file://${host}/${encoded}`
  return path.startsWith('/') ? `file://${host}${encoded}` : encoded
}
