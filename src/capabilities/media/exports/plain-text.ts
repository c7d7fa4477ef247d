/** One line without control characters and half characters, for formats where either breaks the file. */
export function oneLine(text: string): string {
  return (
    text
      .toWellFormed()
      // oxlint-disable-next-line no-control-regex -- these are what must go
      .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff]+/g, ' ')
      .replace(/ {2,}/g, ' ')
      .trim()
  )
}
