export type { AuditEntry } from './audit-entry.ts'
export { type AuditRecord, recordAudit } from './record-audit.ts'
export { auditRoutes } from './routes.ts'
export { type AuditSearch, searchAudit } from './search-audit.ts'
