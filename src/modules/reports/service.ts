import type { Page, PageQuery } from '../../kernel/paging.ts'
import type { Report, ReportBlock } from './model.ts'

/** The door of reports. */
export interface Reports {
  createReport(input: NewReport): Promise<Report>
  /** Throws `report_not_found`. */
  getReport(id: string): Promise<Report>
  /** The newest first, without their blocks. */
  listReports(query: PageQuery): Promise<Page<Omit<Report, 'blocks'>>>
  /** Throws `report_changed` when somebody else was quicker. */
  updateReport(id: string, change: ReportChange): Promise<Report>
  deleteReport(id: string): Promise<void>
}

export interface NewReport {
  readonly name: string
  readonly blocks?: readonly ReportBlock[] | undefined
  readonly createdBy: string
}

export interface ReportChange {
  readonly name?: string | undefined
  readonly blocks?: readonly ReportBlock[] | undefined
  /** The revision that the change was made from. */
  readonly revision: number
  readonly updatedBy: string
}
