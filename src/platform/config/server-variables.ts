import { z } from 'zod'
import { isAllowEntry } from '../fetch/allow-list.ts'
import { logLevels } from '../log/log.ts'
import { listSchema, portSchema, switchSchema, urlSchema } from './value-schemas.ts'
import { variable } from './variable.ts'

/** Where the product runs, how it is reached and watched. */
export const serverVariables = {
  home: variable({
    name: 'CREATOROPS_HOME',
    schema: z.string().min(1),
    default: './.creatorops',
    group: 'Server',
    description:
      'Data directory: database, engine, stored files, keys. Relative paths start at the current directory.',
  }),
  host: variable({
    name: 'CREATOROPS_HOST',
    schema: z.string().min(1),
    default: '127.0.0.1',
    group: 'Server',
    description:
      'Address the server listens on. `0.0.0.0` opens it to the network; put TLS in front of it then.',
  }),
  port: variable({
    name: 'CREATOROPS_PORT',
    schema: portSchema,
    default: '4000',
    group: 'Server',
    description: 'Port of API and Studio. `0` takes any free one.',
  }),
  publicUrl: variable({
    name: 'CREATOROPS_PUBLIC_URL',
    schema: urlSchema('http', 'https'),
    defaultText: '`http://localhost:<port>`',
    group: 'Server',
    description:
      'The address people type in their browser. Cookies, links in messages and sign-in redirects use it.',
  }),
  corsOrigins: variable({
    name: 'CREATOROPS_CORS_ORIGINS',
    schema: listSchema(urlSchema('http', 'https')),
    default: '',
    group: 'Server',
    description:
      'Other web origins that may call the API from a browser, separated by commas. Empty means none.',
  }),
  trustProxy: variable({
    name: 'CREATOROPS_TRUST_PROXY',
    schema: switchSchema,
    default: 'off',
    group: 'Server',
    description:
      'Take the address of the caller from `X-Forwarded-For`. Turn on only behind a proxy of yours that sets it.',
  }),
  fetchAllow: variable({
    name: 'CREATOROPS_FETCH_ALLOW',
    schema: listSchema(
      z.string().refine(isAllowEntry, 'must name hosts, host:port or networks (10.0.0.0/8)'),
    ),
    default: '',
    group: 'Server',
    description:
      'Addresses that are not of the public internet and may be called nevertheless, by webhooks for example: hosts, `host:port` or networks such as `10.1.0.0/16`, separated by commas.',
  }),
  secret: variable({
    name: 'CREATOROPS_SECRET',
    schema: z.string().min(32, 'must have at least 32 characters'),
    defaultText: 'made at the first start, kept in `<home>/secret`',
    isSecret: true,
    group: 'Server',
    description:
      'Signs sessions and delivery links, and seals the secrets of webhooks. All processes of one installation need the same one.',
  }),
  logLevel: variable({
    name: 'CREATOROPS_LOG_LEVEL',
    schema: z.enum(logLevels),
    default: 'info',
    group: 'Telemetry',
    description: 'How much to log, as JSON lines on standard error.',
  }),
  otlpEndpoint: variable({
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    schema: urlSchema('http', 'https'),
    group: 'Telemetry',
    description:
      'OpenTelemetry collector (OTLP over HTTP). Traces and metrics are exported only when it is set.',
  }),
  otlpHeaders: variable({
    name: 'OTEL_EXPORTER_OTLP_HEADERS',
    schema: z.string(),
    isSecret: true,
    group: 'Telemetry',
    description: 'Headers for the collector, `name=value` separated by commas.',
  }),
  serviceName: variable({
    name: 'OTEL_SERVICE_NAME',
    schema: z.string().min(1),
    default: 'creatorops',
    group: 'Telemetry',
    description: 'Name of this installation in traces and metrics.',
  }),
  url: variable({
    name: 'CREATOROPS_URL',
    schema: urlSchema('http', 'https'),
    defaultText: 'the server running on this machine',
    group: 'Command line',
    description: 'Server that the command line talks to.',
  }),
  apiKey: variable({
    name: 'CREATOROPS_API_KEY',
    schema: z.string().min(1),
    defaultText: 'the key in `<home>/local.json`',
    isSecret: true,
    group: 'Command line',
    description: 'API key for that server (`cok_…`).',
  }),
  workspace: variable({
    name: 'CREATOROPS_WORKSPACE',
    schema: z.string().regex(/^[a-z]+_[0-9A-Z]+$/, 'must be a workspace id'),
    defaultText: 'the workspace of the key',
    group: 'Command line',
    description: 'Workspace to act in, for keys that may use several.',
  }),
} as const
