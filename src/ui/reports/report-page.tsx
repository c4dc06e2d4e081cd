import { Button } from '@mantine/core'
import { IconPencil, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { client } from '../ground/client.ts'
import type { Report } from '../ground/wire.ts'
import { ActButton } from '../kit/act-button.tsx'
import { EmptyState } from '../kit/empty-state.tsx'
import { Loaded } from '../kit/loaded.tsx'
import { PageSkeleton } from '../kit/loading.tsx'
import { Page as PageFrame } from '../kit/page.tsx'
import { useParam } from '../kit/param.ts'
import { RelativeTime } from '../kit/relative-time.tsx'
import { useUrlState } from '../kit/url-state.ts'
import { BlockView } from './block-view.tsx'
import { reportsPath } from './paths.ts'
import { reportQueries } from './queries.ts'
import classes from './report.module.css'
import { ReportEditor } from './report-editor.tsx'

export function Page() {
  const query = useQuery(reportQueries.report(useParam('report')))
  const [mode, setMode] = useUrlState('mode')
  return (
    <Loaded query={query} what="this report" skeleton={<PageSkeleton />}>
      {(report) =>
        mode === 'edit' ? (
          <ReportEditor report={report} onDone={() => setMode('')} />
        ) : (
          <ReportView report={report} onEdit={() => setMode('edit')} />
        )
      }
    </Loaded>
  )
}

function ReportView({ report, onEdit }: { readonly report: Report; readonly onEdit: () => void }) {
  const navigate = useNavigate()
  return (
    <PageFrame
      title={report.name}
      crumbs={[{ label: 'Reports', to: reportsPath() }]}
      lead={
        <>
          by {report.updatedBy}, <RelativeTime at={report.updatedAt} />
        </>
      }
      actions={
        <>
          <Button leftSection={<IconPencil size={14} />} onClick={onEdit}>
            Edit
          </Button>
          <ActButton
            label="Delete"
            icon={<IconTrash size={14} />}
            isDangerous
            question="The report is removed for good; its runs stay."
            act={() => client.reports.delete({ report: report.id })}
            done="The report is deleted."
            onDone={() => void navigate({ href: reportsPath() })}
          />
        </>
      }
    >
      {report.blocks.length === 0 ? (
        <EmptyState title="Nothing is written yet">Edit it to add text, charts and tables of runs.</EmptyState>
      ) : (
        <div className={classes.blocks}>
          {report.blocks.map((block, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a saved block is its place in the revision
            <BlockView key={`${report.revision} ${index}`} block={block} id={String(index)} />
          ))}
        </div>
      )}
    </PageFrame>
  )
}
