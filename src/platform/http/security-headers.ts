import type { MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import type { HttpEnv } from './http-env.ts'

/**
 * Headers of every answer. The policy here is for data, which no browser should run or frame; pages bring their own
 * (see static-files.ts and docs-page.ts), and what a handler set itself stays.
 */
export function securityHeaders(options: { isHttps: boolean }): MiddlewareHandler<HttpEnv> {
  return secureHeaders({
    contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    strictTransportSecurity: options.isHttps ? 'max-age=31536000; includeSubDomains' : false,
    xFrameOptions: 'DENY',
    referrerPolicy: 'strict-origin-when-cross-origin',
    permissionsPolicy: { camera: [], microphone: [], geolocation: [], payment: [], usb: [] },
    overwrite: false,
  })
}
