import { IconGitBranch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { DatasetVersion } from '../ground/wire.ts'
import { EntityId } from '../kit/entity-id.tsx'
import { formatBytes, formatCount } from '../kit/format.ts'
import { RecordValues } from '../kit/key-values.tsx'
import { LinkButton } from '../kit/link-button.tsx'
import { Loaded } from '../kit/loaded.tsx'
import { PageSkeleton } from '../kit/loading.tsx'
import { Page as PageFrame } from '../kit/page.tsx'
import { Panel } from '../kit/panel.tsx'
import { useParam } from '../kit/param.ts'
import { RelativeTime } from '../kit/relative-time.tsx'
import { StatRow, StatTile } from '../kit/stat-tile.tsx'
import { UrlTabs } from '../kit/url-tabs.tsx'
import { lineageOf } from '../lineage/paths.ts'
import { datasetPath, datasetsPath } from './paths.ts'
import { datasetQueries } from './queries.ts'
import { VersionDiffTab } from './version-diff.tsx'
import { VersionFiles } from './version-files.tsx'
import { VersionPreview } from './version-preview.tsx'
import { VersionProfile } from './version-profile.tsx'

export function Page() {
  const dataset = useParam('dataset')
  const version = useParam('version')
  const query = useQuery(datasetQueries.version(dataset, version))
  return (
    <Loaded query={query} what={`version ${version} of ${dataset}`} skeleton={<PageSkeleton />}>
      {(data) => <Version version={data} />}
    </Loaded>
  )
}

function Version({ version }: { readonly version: DatasetVersion }) {
  const address = { dataset: version.dataset, version: String(version.version) }
  return (
    <PageFrame
      title={`${version.dataset}@${version.version}`}
      crumbs={[
        { label: 'Datasets', to: datasetsPath() },
        { label: version.dataset, to: datasetPath(version.dataset) },
      ]}
      badges={<EntityId id={version.id} to={null} />}
      lead={version.message}
      actions={
        <LinkButton to={lineageOf(version.id)} icon={<IconGitBranch size={14} />}>
          Lineage
        </LinkButton>
      }
    >
      <StatRow>
        <StatTile label="Rows" value={version.rowCount === undefined ? '–' : formatCount(version.rowCount)} />
        <StatTile label="Columns" value={version.columns?.length ?? '–'} />
        <StatTile label="Files" value={formatCount(version.fileCount)} note={formatBytes(version.sizeBytes)} />
        <StatTile label="Created" value={<RelativeTime at={version.createdAt} />} note={<Origin version={version} />} />
        <StatTile label="Digest" value={<EntityId id={version.digest} />} note="SHA-256 of the manifest" />
      </StatRow>
      <UrlTabs
        label="About this version"
        tabs={[
          { id: 'preview', label: 'Preview', content: () => <VersionPreview {...address} /> },
          {
            id: 'profile',
            label: 'Profile',
            count: version.columns?.length,
            content: () => <VersionProfile {...address} />,
          },
          { id: 'files', label: 'Files', count: version.fileCount, content: () => <VersionFiles {...address} /> },
          { id: 'diff', label: 'Changes', content: () => <VersionDiffTab {...address} /> },
          {
            id: 'metadata',
            label: 'Metadata',
            content: () => (
              <Panel>
                <RecordValues record={version.metadata} empty="This version carries no metadata." />
              </Panel>
            ),
          },
        ]}
      />
    </PageFrame>
  )
}

function Origin({ version }: { readonly version: DatasetVersion }) {
  if (version.stepRunId === undefined) return 'by upload'
  return (
    <>
      by step <EntityId id={version.stepRunId} to={lineageOf(version.stepRunId)} isPlain />
    </>
  )
}
