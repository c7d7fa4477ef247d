/**
 * Every address below /api/v1 that answers without a signed-in actor. The rest of the API is closed by default, so a
 * new route is private until it is named here.
 */
const publicRoutes: ReadonlyArray<{ method: string; path: RegExp }> = [
  { method: 'GET', path: /^\/api\/v1\/openapi\.json$/ },
  { method: 'GET', path: /^\/api\/v1\/sign-in-options$/ },
  // An invitation is opened, and answered by signing up, before its reader has an account. The token is the proof.
  { method: 'GET', path: /^\/api\/v1\/invitations\/by-token\/[^/]+$/ },
  { method: 'POST', path: /^\/api\/v1\/invitations\/by-token\/[^/]+\/sign-up$/ },
]

/** Whether an address answers without anyone signed in. */
export function isPublicRoute(method: string, path: string): boolean {
  const asked = method === 'HEAD' ? 'GET' : method
  return publicRoutes.some((route) => route.method === asked && route.path.test(path))
}
