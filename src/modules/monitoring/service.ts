import type { Page, PageQuery } from '../../kernel/paging.ts'
import type { Alert, Monitor, MonitorDefinition, WindowEvaluation } from './model.ts'

/** The door of monitoring. */
export interface Monitoring {
  /** Creates or changes the monitor of this name; the same definition again changes nothing. */
  applyMonitor(definition: MonitorDefinition): Promise<Monitor>
  getMonitor(name: string): Promise<Monitor>
  listMonitors(query: PageQuery & { readonly deployment?: string | undefined }): Promise<Page<Monitor>>
  deleteMonitor(name: string): Promise<void>
  /** Evaluates every complete window of the monitor; answers how many there were. Each window is written once. */
  evaluateMonitor(name: string): Promise<number>
  listWindows(query: PageQuery & { readonly monitor: string }): Promise<Page<WindowEvaluation>>
  getWindow(id: string): Promise<WindowEvaluation>
  listAlerts(query: AlertQuery): Promise<Page<Alert>>
  getAlert(id: string): Promise<Alert>
}

export interface AlertQuery extends PageQuery {
  readonly deployment?: string | undefined
  readonly monitor?: string | undefined
  readonly run?: string | undefined
  readonly state?: 'open' | 'closed' | undefined
}
