import { Anchor } from '@mantine/core'
import { IconDownload, IconFile, IconFolder } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { ArtifactEntry } from '../../ground/wire.ts'
import { EmptyState } from '../../kit/empty-state.tsx'
import { formatBytes } from '../../kit/format.ts'
import { Loaded } from '../../kit/loaded.tsx'
import { Panel } from '../../kit/panel.tsx'
import { useUrlState } from '../../kit/url-state.ts'
import { trackingQueries } from '../queries.ts'
import { ArtifactPreview } from './artifact-preview.tsx'
import classes from './run-artifacts.module.css'

/** The files of a run as folders; text files open beside the list. */
export function RunArtifacts({ runId }: { readonly runId: string }) {
  const [folder, setFolder] = useUrlState('folder')
  const [file, setFile] = useUrlState('file')
  const query = useQuery(trackingQueries.artifacts(runId, folder))
  return (
    <Loaded query={query} what="the artifacts">
      {({ items }) => {
        if (items.length === 0 && folder === '') {
          return (
            <EmptyState title="No artifacts" code={['mlflow.log_artifact("plot.png")']} isCompact>
              Files that the run stores appear here.
            </EmptyState>
          )
        }
        const chosen = items.find(({ path }) => path === file)
        return (
          <div className={classes.split}>
            <Panel title={<FolderPath folder={folder} onOpen={setFolder} />} isFlush>
              <ul className={classes.list}>
                {items.map((entry) => (
                  <li key={entry.path}>
                    <Entry entry={entry} isChosen={entry === chosen} onFolder={setFolder} onFile={setFile} />
                  </li>
                ))}
              </ul>
            </Panel>
            {chosen?.digest === undefined ? null : <ArtifactPreview entry={chosen} digest={chosen.digest} />}
          </div>
        )
      }}
    </Loaded>
  )
}

function FolderPath({ folder, onOpen }: { readonly folder: string; readonly onOpen: (folder: string) => void }) {
  const parts = folder === '' ? [] : folder.split('/')
  return (
    <span className={classes.path}>
      <button type="button" onClick={() => onOpen('')}>
        artifacts
      </button>
      {parts.map((part, index) => (
        <button
          key={parts.slice(0, index + 1).join('/')}
          type="button"
          onClick={() => onOpen(parts.slice(0, index + 1).join('/'))}
        >
          / {part}
        </button>
      ))}
    </span>
  )
}

interface EntryProps {
  readonly entry: ArtifactEntry
  readonly isChosen: boolean
  readonly onFolder: (path: string) => void
  readonly onFile: (path: string) => void
}

function Entry({ entry, isChosen, onFolder, onFile }: EntryProps) {
  const name = entry.path.split('/').at(-1) ?? entry.path
  const Icon = entry.isFolder ? IconFolder : IconFile
  return (
    <div className={classes.entry} data-chosen={isChosen || undefined}>
      <button type="button" className={classes.name} onClick={() => (entry.isFolder ? onFolder : onFile)(entry.path)}>
        <Icon size={15} stroke={1.6} aria-hidden />
        {name}
      </button>
      <span className={classes.size}>{entry.sizeBytes === undefined ? '' : formatBytes(entry.sizeBytes)}</span>
      {entry.digest === undefined ? (
        <span />
      ) : (
        <Anchor
          href={`/v1/blobs/${entry.digest}`}
          download={name}
          aria-label={`Download ${name}`}
          c="var(--sl-ink-3)"
          lh={1}
        >
          <IconDownload size={15} />
        </Anchor>
      )}
    </div>
  )
}
