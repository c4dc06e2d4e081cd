import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { PipelineVersion } from '../ground/wire.ts'
import { Loaded } from '../kit/loaded.tsx'
import { Panel } from '../kit/panel.tsx'
import { RelativeTime } from '../kit/relative-time.tsx'
import { DiffView } from '../kit/text/diff-view.tsx'
import { useUrlState } from '../kit/url-state.ts'
import { pipelineQueries } from './queries.ts'

/** What a version changed: its definition against the one before, and the code it was applied with. */
export function PipelineVersions({ pipeline }: { readonly pipeline: string }) {
  const query = useQuery(pipelineQueries.versions(pipeline))
  return (
    <Loaded query={query} what="the versions">
      {({ items }) => <Versions versions={items} />}
    </Loaded>
  )
}

function Versions({ versions }: { readonly versions: readonly PipelineVersion[] }) {
  const [chosen, setChosen] = useUrlState('version', String(versions[0]?.version ?? ''))
  const current = versions.find(({ version }) => String(version) === chosen) ?? versions[0]
  if (current === undefined) return null
  const before = versions.find(({ version }) => version === current.version - 1)
  return (
    <Panel
      title={
        before === undefined
          ? `Version ${current.version}, the first`
          : `Version ${current.version} against ${before.version}`
      }
      note={
        <>
          applied <RelativeTime at={current.createdAt} />
          {current.commit === undefined ? '' : ` at commit ${current.commit.slice(0, 12)}`}
          {current.sourceDigest === before?.sourceDigest ? '' : ', with other code'}
        </>
      }
      actions={
        <Select
          aria-label="Version"
          data={versions.map(({ version }) => ({ value: String(version), label: `v${version}` }))}
          value={String(current.version)}
          onChange={(value) => setChosen(value ?? '')}
          allowDeselect={false}
          w={100}
        />
      }
      isFlush
    >
      <DiffView
        label="Change of the definition"
        before={before === undefined ? '' : JSON.stringify(before.definition, undefined, 2)}
        after={JSON.stringify(current.definition, undefined, 2)}
      />
    </Panel>
  )
}
