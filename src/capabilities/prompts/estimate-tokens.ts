/**
 * About how many tokens a text has, without any model's tokenizer: a token for four Latin characters, for one and a
 * half of other scripts. Meant to be a little high; a model's own count decides when a request is made.
 */
export function estimateTokens(text: string): number {
  let latin = 0
  let other = 0
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) < 0x250) latin++
    else other++
  }
  return Math.ceil(latin / 4 + other / 1.5)
}
