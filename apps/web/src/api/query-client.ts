import { QueryClient } from '@tanstack/react-query'
import { Problem } from './problem.ts'

/** The one cache of server state. Only failures that may pass are tried again. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (count, error) => count < 3 && error instanceof Problem && error.retryable,
        retryDelay: (count, error) => waitBeforeRetryMs(count, error),
      },
    },
  })
}

/** What the server asks for (a rate limit says it in seconds), else a wait that doubles from one second. */
export function waitBeforeRetryMs(count: number, error: unknown): number {
  const asked = error instanceof Problem ? error.members['retryAfterS'] : undefined
  return typeof asked === 'number' ? asked * 1000 : Math.min(1000 * 2 ** count, 15_000)
}
