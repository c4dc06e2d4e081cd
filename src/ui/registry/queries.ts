import { queryOptions } from '@tanstack/react-query'
import { client } from '../ground/client.ts'

/** Answers of the registry and of the gates that judge its versions. */
export const registryQueries = {
  models: () => queryOptions({ queryKey: ['registry', 'models'], queryFn: () => client.models.list({ limit: 1000 }) }),
  model: (model: string) =>
    queryOptions({ queryKey: ['registry', 'model', model], queryFn: () => client.models.get({ model }) }),
  versions: (model: string) =>
    queryOptions({
      queryKey: ['registry', 'versions', model],
      queryFn: () => client.models.versions.list({ model, limit: 500 }),
    }),
  /** `version` is a number, an alias, `latest` or an id; with an id the model may be `-`. */
  version: (model: string, version: string) =>
    queryOptions({
      queryKey: ['registry', 'version', model, version],
      queryFn: () => client.models.versions.get({ model, version }),
    }),
  aliasMoves: (model: string) =>
    queryOptions({
      queryKey: ['registry', 'aliases', model],
      queryFn: () => client.models.aliases.history({ model, limit: 200 }),
    }),
  aliasRules: (model: string) =>
    queryOptions({
      queryKey: ['registry', 'rules', model],
      queryFn: () => client.models.aliases.rules({ model }),
    }),
  aliasCheck: (model: string, alias: string, version: number) =>
    queryOptions({
      queryKey: ['validation', 'check', model, alias, version],
      queryFn: () => client.models.aliases.check({ model, alias, version }),
    }),
  comparison: (model: string, version: string, other: string) =>
    queryOptions({
      queryKey: ['registry', 'compare', model, version, other],
      queryFn: () => client.models.versions.compare({ model, version: other, with: version }),
    }),
  /** Asked again while the page is open: how far one is makes no event. */
  conversions: (modelVersionId: string) =>
    queryOptions({
      queryKey: ['serving', 'conversions', modelVersionId],
      queryFn: () => client.models.conversions.list({ model: modelVersionId, limit: 20 }),
      refetchInterval: 3000,
    }),
  gates: (model: string) =>
    queryOptions({ queryKey: ['validation', 'gates', model], queryFn: () => client.gates.list({ model, limit: 200 }) }),
  verdicts: (modelVersionId: string) =>
    queryOptions({
      queryKey: ['validation', 'verdicts', modelVersionId],
      queryFn: () => client.verdicts.list({ modelVersionId }),
    }),
}
