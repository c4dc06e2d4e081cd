/** What the server answers, as types: the SDK's shapes, and names for parts that it leaves inside others. */
import type {
  DatasetsVersionsDiffOutput,
  EvaluationsCasesItem,
  EvaluationsListItem,
  Profile,
  ReportsListItem,
  RunsGroupsOutput,
  RunsKeysOutput,
} from '../../sdk/index.ts'

export type * from '../../sdk/index.ts'
export type VersionDiff = DatasetsVersionsDiffOutput
export type ColumnProfile = Profile['columns'][number]
export type RunKeys = RunsKeysOutput
export type RunGroup = RunsGroupsOutput['items'][number]
export type EvaluationSet = EvaluationsListItem
export type EvaluationCase = EvaluationsCasesItem
export type ReportFacts = ReportsListItem
