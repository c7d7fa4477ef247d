/** The lines of a caption without empty ones, which would end it in SRT and WebVTT, and without control characters. */
export function plainLines(text: string): string[] {
  return (
    text
      .toWellFormed()
      .split(/\r\n|[\n\r\u2028\u2029]/)
      // oxlint-disable-next-line no-control-regex -- these are what must go
      .map((line) => line.replace(/[\u0000-\u001f\u007f-\u009f\ufeff]+/g, ' ').trim())
      .filter((line) => line !== '')
  )
}
