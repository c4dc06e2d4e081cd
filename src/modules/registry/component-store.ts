import type { Kysely } from 'kysely'
import type { Component } from './model.ts'
import type { RegistryTables } from './tables.ts'

type Db = Kysely<RegistryTables>

export async function insertComponents(db: Db, versionId: string, components: readonly Component[]): Promise<void> {
  if (components.length === 0) return
  const rows = components.map(({ node, modelVersionId, ref }) => ({
    versionId,
    node,
    componentId: modelVersionId,
    ref,
  }))
  await db.insertInto('registry_version_components').values(rows).execute()
}

/** What versions are made of, by their ids. */
export async function componentsOf(db: Db, versionIds: readonly string[]): Promise<ReadonlyMap<string, Component[]>> {
  const found = new Map<string, Component[]>()
  const rows = db.selectFrom('registry_version_components').selectAll().where('versionId', 'in', versionIds)
  for (const { versionId, node, componentId, ref } of await rows.orderBy('versionId').orderBy('node').execute()) {
    const components = found.get(versionId) ?? []
    components.push({ node, modelVersionId: componentId, ref })
    found.set(versionId, components)
  }
  return found
}

/** A version that is made of another one. */
export interface Use {
  readonly componentRef: string
  readonly userRef: string
}

/** Who is made of versions of this model (of this one version, when it is given) and is not of the model itself. */
export async function findUses(db: Db, of: { readonly modelId: string; readonly versionId?: string }): Promise<Use[]> {
  const { modelId, versionId } = of
  const uses = db
    .selectFrom('registry_version_components as c')
    .innerJoin('registry_versions as part', 'part.id', 'c.componentId')
    .innerJoin('registry_versions as whole', 'whole.id', 'c.versionId')
    .innerJoin('registry_models as m', 'm.id', 'whole.modelId')
    .select(['c.ref as componentRef', 'm.name as model', 'whole.version as version'])
    .where('part.modelId', '=', modelId)
  const found =
    versionId === undefined ? uses.where('whole.modelId', '!=', modelId) : uses.where('part.id', '=', versionId)
  const rows = await found.orderBy('m.name').orderBy('whole.version').limit(20).execute()
  return rows.map(({ componentRef, model, version }) => ({ componentRef, userRef: `${model}/${version}` }))
}
