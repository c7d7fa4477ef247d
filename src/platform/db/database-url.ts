/** The same server and user, another database. Also for socket URLs, which have no host and are no valid `URL`. */
export function withDatabase(url: string, database: string): string {
  const parts = /^(postgres(?:ql)?:\/\/[^/?]*)(?:\/[^?]*)?(\?.*)?$/.exec(url)
  if (!parts) throw new TypeError('Not a PostgreSQL URL')
  return `${parts[1]}/${database}${parts[2] ?? ''}`
}
