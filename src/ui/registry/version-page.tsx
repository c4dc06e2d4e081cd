import { IconGitBranch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Suspense, useMemo } from 'react'
import type { ModelVersion } from '../ground/wire.ts'
import { EntityId } from '../kit/entity-id.tsx'
import { FileTable } from '../kit/file-table.tsx'
import { formatBytes } from '../kit/format.ts'
import { KeyValues, RecordValues } from '../kit/key-values.tsx'
import { LinkButton } from '../kit/link-button.tsx'
import { Loaded } from '../kit/loaded.tsx'
import { PageSkeleton, TableSkeleton } from '../kit/loading.tsx'
import { Page as PageFrame } from '../kit/page.tsx'
import { Panel } from '../kit/panel.tsx'
import { useParam } from '../kit/param.ts'
import { RelativeTime } from '../kit/relative-time.tsx'
import { StatusBadge } from '../kit/status-badge.tsx'
import { UrlTabs } from '../kit/url-tabs.tsx'
import { lineageOf } from '../lineage/paths.ts'
import { OnnxView } from '../onnx/index.ts'
import { runPath } from '../tracking/paths.ts'
import { AliasBadge } from './alias-badge.tsx'
import { inferenceGraph } from './inference-graph.ts'
import { InferenceGraphView } from './inference-graph-view.tsx'
import { modelPath, modelsPath } from './paths.ts'
import { registryQueries } from './queries.ts'
import { VersionCard } from './version-card.tsx'
import { VersionCompare } from './version-compare.tsx'
import { VersionConversions } from './version-conversions.tsx'
import { VersionEvidence } from './version-evidence.tsx'
import { VersionSignature } from './version-signature.tsx'

/** What a page reads whole into memory. */
const largestGraph = 100_000_000

export function Page() {
  const query = useQuery(registryQueries.version(useParam('model'), useParam('version')))
  return (
    <Loaded query={query} what="this model version" skeleton={<PageSkeleton />}>
      {(version) => <VersionView version={version} />}
    </Loaded>
  )
}

function VersionView({ version }: { readonly version: ModelVersion }) {
  const { graph, ...others } = version.metadata
  const joined = useMemo(() => inferenceGraph(graph), [graph])
  const metadata = joined === undefined ? version.metadata : others
  const onnx = version.files.find(({ path, sizeBytes }) => path.endsWith('.onnx') && sizeBytes <= largestGraph)
  return (
    <PageFrame
      title={`${version.model}/${version.version}`}
      crumbs={[
        { label: 'Models', to: modelsPath() },
        { label: version.model, to: modelPath(version.model) },
      ]}
      badges={
        <>
          {version.aliases.map((alias) => (
            <AliasBadge key={alias} alias={alias} />
          ))}
          <StatusBadge status={version.status} />
          <EntityId id={version.id} to={null} />
        </>
      }
      lead={firstLine(version.description)}
      actions={
        <LinkButton to={lineageOf(version.id)} icon={<IconGitBranch size={14} />}>
          Lineage
        </LinkButton>
      }
    >
      <Panel>
        <KeyValues
          isWide
          items={[
            { label: 'Created', value: <RelativeTime at={version.createdAt} /> },
            { label: 'By', value: version.createdBy },
            { label: 'Format', value: version.format },
            { label: 'Size', value: formatBytes(version.sizeBytes) },
            {
              label: 'Run',
              value:
                version.runId === undefined ? undefined : <EntityId id={version.runId} to={runPath(version.runId)} />,
            },
            {
              label: 'Pipeline step',
              value:
                version.stepRunId === undefined ? undefined : (
                  <EntityId id={version.stepRunId} to={lineageOf(version.stepRunId)} />
                ),
            },
            { label: 'Digest', value: <EntityId id={version.digest} to={null} /> },
            { label: 'Stage', value: version.stage === 'None' ? undefined : version.stage },
            { label: 'Problem', value: version.statusMessage },
          ]}
        />
      </Panel>
      <UrlTabs
        label="About this version"
        tabs={[
          { id: 'evidence', label: 'Metrics and gates', content: () => <VersionEvidence version={version} /> },
          { id: 'card', label: 'Model card', content: () => <VersionCard version={version} /> },
          { id: 'signature', label: 'Signature', content: () => <VersionSignature version={version} /> },
          ...(onnx === undefined
            ? []
            : [{ id: 'graph', label: 'Graph', content: () => <OnnxGraph path={onnx.path} digest={onnx.digest} /> }]),
          ...(joined === undefined
            ? []
            : [
                {
                  id: 'graph',
                  label: 'Graph',
                  content: () => <InferenceGraphView graph={joined} name={`${version.model}/${version.version}`} />,
                },
              ]),
          ...(['onnx', 'graph', 'remote'].includes(version.format)
            ? []
            : [{ id: 'onnx', label: 'ONNX', content: () => <VersionConversions version={version} /> }]),
          { id: 'compare', label: 'Compare', content: () => <VersionCompare version={version} /> },
          {
            id: 'files',
            label: 'Files',
            count: version.files.length,
            content: () => <FileTable files={version.files} />,
          },
          {
            id: 'metadata',
            label: 'Tags and metadata',
            content: () => (
              <Panel>
                <RecordValues record={{ ...metadata, ...version.tags }} empty="No tags and no metadata." />
              </Panel>
            ),
          },
        ]}
      />
    </PageFrame>
  )
}

/** A description may be a whole model card, which has a place of its own. */
function firstLine(description: string | undefined): string | undefined {
  const line = description?.split('\n').find((each) => each.trim() !== '' && !each.startsWith('#'))
  return line === undefined || line.startsWith('|') ? undefined : line
}

function OnnxGraph({ path, digest }: { readonly path: string; readonly digest: string }) {
  return (
    <Panel title={path} isFlush>
      <Suspense fallback={<TableSkeleton />}>
        <OnnxView path={path} digest={digest} />
      </Suspense>
    </Panel>
  )
}
