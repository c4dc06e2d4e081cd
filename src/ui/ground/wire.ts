/** What the server answers: the SDK's shapes, names for parts that it leaves inside others, and how its events are told. */
import type {
  DatasetsVersionsDiffOutput,
  EvaluationsCasesItem,
  EvaluationsListItem,
  Profile,
  ReportsListItem,
  RunsGroupsOutput,
  RunsKeysOutput,
} from '../../sdk/index.ts'

export { eventNames, eventSentence } from '../../sdk/event-sentence.ts'
export type * from '../../sdk/index.ts'
export { eventStreams } from '../../sdk/module-news.generated.ts'
export type VersionDiff = DatasetsVersionsDiffOutput
export type ColumnProfile = Profile['columns'][number]
export type RunKeys = RunsKeysOutput
export type RunGroup = RunsGroupsOutput['items'][number]
export type EvaluationSet = EvaluationsListItem
export type EvaluationCase = EvaluationsCasesItem
export type ReportFacts = ReportsListItem
