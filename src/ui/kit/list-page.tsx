import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Loaded } from './loaded.tsx'
import { Page } from './page.tsx'
import { Panel } from './panel.tsx'
import { DataTable, type DataTableProps } from './table/data-table.tsx'

export interface ListPageProps<Row extends object> extends Omit<DataTableProps<Row>, 'rows' | 'isMain' | 'height'> {
  readonly title: string
  readonly lead?: ReactNode
  readonly actions?: ReactNode
  readonly query: UseQueryResult<{ readonly items: readonly Row[] }, Error>
  /** Shown instead of an empty table: what this is for and how the first one is made. */
  readonly empty: ReactNode
  /** Puts something beside the table. */
  readonly around?: (table: ReactNode) => ReactNode
}

/** A section's first page: one table of everything, or what to do when there is nothing. */
export function ListPage<Row extends object>(props: ListPageProps<Row>) {
  const { title, lead, actions, query, empty, around = (table) => table, ...table } = props
  return (
    <Page title={title} lead={lead} actions={actions} isFilled>
      <Loaded query={query} what={`the ${table.name}`}>
        {({ items }) =>
          items.length === 0
            ? empty
            : around(
                <Panel isFlush className="sl-fill">
                  <DataTable {...table} rows={items} isMain />
                </Panel>,
              )
        }
      </Loaded>
    </Page>
  )
}
