import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { client } from '../ground/client.ts'

/** Answers of the datasets module; the first part of a key is the module, as events name it. */
export const datasetQueries = {
  list: () => queryOptions({ queryKey: ['datasets', 'list'], queryFn: () => client.datasets.list({ limit: 1000 }) }),
  one: (dataset: string) =>
    queryOptions({ queryKey: ['datasets', 'one', dataset], queryFn: () => client.datasets.get({ dataset }) }),
  versions: (dataset: string) =>
    queryOptions({
      queryKey: ['datasets', 'versions', dataset],
      queryFn: () => client.datasets.versions.list({ dataset, limit: 500 }),
    }),
  /** `version` is a number, `latest` or an id; with an id the dataset may be `-`. */
  version: (dataset: string, version: string) =>
    queryOptions({
      queryKey: ['datasets', 'version', dataset, version],
      queryFn: () => client.datasets.versions.get({ dataset, version }),
    }),
  files: (dataset: string, version: string) =>
    queryOptions({
      queryKey: ['datasets', 'files', dataset, version],
      queryFn: () => client.datasets.versions.files({ dataset, version, limit: 1000 }),
    }),
  preview: (dataset: string, version: string) =>
    queryOptions({
      queryKey: ['immutable', 'preview', dataset, version],
      queryFn: () => client.datasets.versions.preview({ dataset, version, limit: 200 }),
      staleTime: Number.POSITIVE_INFINITY,
    }),
  profile: (dataset: string, version: string) =>
    queryOptions({
      queryKey: ['immutable', 'profile', dataset, version],
      queryFn: () => client.datasets.versions.profile({ dataset, version }),
      staleTime: Number.POSITIVE_INFINITY,
    }),
  diff: (dataset: string, version: string, from: string) =>
    queryOptions({
      queryKey: ['datasets', 'diff', dataset, version, from],
      queryFn: () => client.datasets.versions.diff({ dataset, version, from }),
      placeholderData: keepPreviousData,
    }),
}
