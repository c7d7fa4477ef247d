import { createHash } from 'node:crypto'

/**
 * The Content-Security-Policy of one exported page. Next writes its start-up data as inline scripts, so exactly those
 * are allowed, by hash; an injected script is not.
 */
export function pagePolicy(html: string): string {
  const scripts = ["'self'", ...new Set(inlineScripts(html).map((script) => `'sha256-${sha256(script)}'`))]
  return [
    "default-src 'self'",
    `script-src ${scripts.join(' ')}`,
    // Radix and the player position elements with style attributes, which hashes cannot cover.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

function inlineScripts(html: string): string[] {
  return [...html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/gi)]
    .filter(([, attributes]) => !/\ssrc\s*=/i.test(attributes ?? ''))
    .map(([, , body]) => body ?? '')
    .filter((body) => body !== '')
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}
