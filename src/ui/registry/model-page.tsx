import { useQuery } from '@tanstack/react-query'
import type { Model } from '../ground/wire.ts'
import { EmptyState } from '../kit/empty-state.tsx'
import { Loaded } from '../kit/loaded.tsx'
import { PageSkeleton } from '../kit/loading.tsx'
import { Page as PageFrame } from '../kit/page.tsx'
import { Panel } from '../kit/panel.tsx'
import { useParam } from '../kit/param.ts'
import { RouteLink } from '../kit/route-link.tsx'
import { DataTable } from '../kit/table/data-table.tsx'
import { AliasBadge } from './alias-badge.tsx'
import { AliasHistory } from './alias-history.tsx'
import { AliasRules } from './alias-rules.tsx'
import { GateList } from './gate-list.tsx'
import { ModelLineage } from './model-lineage.tsx'
import classes from './model-page.module.css'
import { modelsPath, modelVersionPath } from './paths.ts'
import { registryQueries } from './queries.ts'
import { versionColumns } from './version-columns.tsx'

export function Page() {
  const query = useQuery(registryQueries.model(useParam('model')))
  return (
    <Loaded query={query} what="this model" skeleton={<PageSkeleton />}>
      {(model) => <ModelView model={model} />}
    </Loaded>
  )
}

function ModelView({ model }: { readonly model: Model }) {
  const versions = useQuery(registryQueries.versions(model.name))
  return (
    <PageFrame
      title={model.name}
      crumbs={[{ label: 'Models', to: modelsPath() }]}
      badges={Object.entries(model.aliases).map(([alias, version]) => (
        <RouteLink
          key={alias}
          to={modelVersionPath(model.name, version)}
          look="bare"
          style={{ textDecoration: 'none' }}
        >
          <AliasBadge alias={alias} /> v{version}
        </RouteLink>
      ))}
      lead={model.description}
    >
      <div className={classes.columns}>
        <div className={classes.main}>
          <Panel title="Versions" isFlush>
            <Loaded query={versions} what="the versions">
              {({ items }) =>
                items.length === 0 ? (
                  <EmptyState title="No versions yet" isCompact>
                    The name exists, but nothing has been registered under it.
                  </EmptyState>
                ) : (
                  <DataTable
                    name="versions"
                    rows={items}
                    columns={versionColumns}
                    rowKey={(row) => row.id}
                    rowTo={(row) => modelVersionPath(row.model, row.version)}
                    defaultSort="-version"
                    height={560}
                    isMain
                  />
                )
              }
            </Loaded>
          </Panel>
          {model.lastVersion === 0 ? null : <ModelLineage model={model} />}
        </div>
        <div className={classes.side}>
          <Panel title="Protected aliases">
            <AliasRules model={model} />
          </Panel>
          <Panel title="Gates">
            <GateList model={model.name} />
          </Panel>
          <Panel title="How the aliases moved">
            <AliasHistory model={model.name} />
          </Panel>
        </div>
      </div>
    </PageFrame>
  )
}
