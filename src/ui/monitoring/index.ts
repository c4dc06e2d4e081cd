/** Health, windows and alerts, as other pages show them. */
export { AlertList } from './alert-list.tsx'
export { HealthBadge } from './health-badge.tsx'
export { monitoringQueries } from './queries.ts'
export { WindowStrip } from './window-strip.tsx'
