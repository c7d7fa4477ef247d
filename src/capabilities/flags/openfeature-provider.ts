import { randomUUID } from 'node:crypto'
import {
  type Client,
  ErrorCode,
  type EvaluationContext,
  type JsonValue,
  OpenFeature,
  OpenFeatureEventEmitter,
  type Provider,
  ProviderEvents,
  type ResolutionDetails,
  StandardResolutionReasons,
  type TrackingEventDetails,
} from '@openfeature/server-sdk'
import type { Evaluation } from './evaluate-flag.ts'
import type { FlagKind } from './flag.ts'
import type { FlagStore } from './flag-store.ts'
import type { Context } from './match-condition.ts'

/** A client of the OpenFeature SDK. Each question carries `workspaceId`, and `targetingKey` for splits. */
export type FlagClient = Client

/** Hands an outcome over; `client.track('draft.approved', { workspaceId, targetingKey }, { value: 1 })` ends here. */
export type Track = (outcome: { workspaceId: string; metric: string; unitId: string; value: number }) => void

/**
 * Our flags behind the standard SDK (OpenFeature specification 0.8), so that code that asks knows only the standard.
 * The default in the code counts when there is no such flag, its kind differs, or the flags cannot be read.
 */
export function createFlagProvider(store: FlagStore, track?: Track): Provider {
  const events = new OpenFeatureEventEmitter()
  store.onChange(() => events.emit(ProviderEvents.ConfigurationChanged))

  async function resolve<Value>(
    kind: FlagKind,
    key: string,
    fallback: Value,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<Value>> {
    const { workspaceId } = context
    if (typeof workspaceId !== 'string') {
      return refusal(fallback, ErrorCode.INVALID_CONTEXT, 'The context has no workspaceId.')
    }
    const flags = await store.of(workspaceId)
    const found = flags.evaluate(key, context as Context)
    if (!found) return refusal(fallback, ErrorCode.FLAG_NOT_FOUND, `There is no flag "${key}".`)
    const actual = typeof found.value === 'object' ? 'json' : typeof found.value
    if (actual !== kind) {
      return refusal(fallback, ErrorCode.TYPE_MISMATCH, `"${key}" is a ${actual}, not a ${kind}.`)
    }
    return {
      value: found.value as Value,
      variant: found.variant,
      reason: standardReasons[found.reason],
      flagMetadata: { version: found.version, ...(found.by === undefined ? {} : { by: found.by }) },
    }
  }

  return {
    metadata: { name: 'CreatorOps' },
    runsOn: 'server',
    events,
    resolveBooleanEvaluation: (key, fallback, context) => resolve('boolean', key, fallback, context),
    resolveStringEvaluation: (key, fallback, context) => resolve('string', key, fallback, context),
    resolveNumberEvaluation: (key, fallback, context) => resolve('number', key, fallback, context),
    resolveObjectEvaluation: <T extends JsonValue>(key: string, fallback: T, context: EvaluationContext) =>
      resolve('json', key, fallback, context),
    track(metric: string, context: EvaluationContext, details: TrackingEventDetails) {
      const { workspaceId, targetingKey } = context
      if (typeof workspaceId !== 'string' || targetingKey === undefined) return
      track?.({ workspaceId, metric, unitId: targetingKey, value: details.value ?? 1 })
    },
  }
}

/** A client on these flags alone: the SDK keeps providers in one registry, so each store has a domain of its own. */
export function openFlagClient(store: FlagStore, track?: Track): FlagClient {
  const domain = randomUUID()
  OpenFeature.setProvider(domain, createFlagProvider(store, track))
  return OpenFeature.getClient(domain)
}

function refusal<Value>(value: Value, errorCode: ErrorCode, errorMessage: string): ResolutionDetails<Value> {
  return { value, reason: StandardResolutionReasons.ERROR, errorCode, errorMessage }
}

const standardReasons: Record<Evaluation['reason'], string> = {
  OFF: StandardResolutionReasons.DISABLED,
  PREREQUISITE: StandardResolutionReasons.DISABLED,
  TARGETING_MATCH: StandardResolutionReasons.TARGETING_MATCH,
  EXPERIMENT: StandardResolutionReasons.SPLIT,
  ROLLOUT: StandardResolutionReasons.SPLIT,
  SPLIT: StandardResolutionReasons.SPLIT,
  STATIC: StandardResolutionReasons.STATIC,
}
