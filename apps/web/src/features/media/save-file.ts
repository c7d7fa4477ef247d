/** Hands a downloaded file to the browser, under the name that the server gave it. */
export function saveFile(content: Blob, headers: Headers): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = fileNameOf(headers) ?? 'download'
  link.click()
  // The browser has its own hold on the content as soon as the click is over.
  setTimeout(() => URL.revokeObjectURL(url), 0)
}

/** The name in a Content-Disposition header, in its full spelling (RFC 6266). */
export function fileNameOf(headers: Headers): string | undefined {
  const encoded = /filename\*=UTF-8''([^;]+)/.exec(headers.get('content-disposition') ?? '')?.[1]
  return encoded === undefined ? undefined : decodeURIComponent(encoded)
}
