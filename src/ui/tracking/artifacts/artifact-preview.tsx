import { useQuery } from '@tanstack/react-query'
import { Suspense } from 'react'
import type { ArtifactEntry } from '../../ground/wire.ts'
import { formatBytes } from '../../kit/format.ts'
import { Loaded } from '../../kit/loaded.tsx'
import { TableSkeleton } from '../../kit/loading.tsx'
import { Panel } from '../../kit/panel.tsx'
import { JsonView } from '../../kit/text/json-view.tsx'
import { LineList } from '../../kit/text/line-list.tsx'
import { LogView } from '../../kit/text/log-view.tsx'
import { MarkdownView } from '../../kit/text/markdown-view.tsx'
import { PatchView } from '../../kit/text/patch-view.tsx'
import { OnnxView } from '../../onnx/index.ts'
import { blobText } from './blob.ts'
import { MediaView } from './media-view.tsx'
import classes from './run-artifacts.module.css'
import { JsonTable, TableView } from './table-view.tsx'
import { tableOf, type Viewer, viewerOf } from './viewer.ts'

const flush = new Set<Viewer>(['text', 'patch', 'table', 'onnx'])

/** What a file holds, shown by its kind. */
export function ArtifactPreview({ entry, digest }: { readonly entry: ArtifactEntry; readonly digest: string }) {
  const { path, sizeBytes = 0 } = entry
  const viewer = viewerOf(path, sizeBytes)
  return (
    <Panel title={path} note={formatBytes(sizeBytes)} isFlush={flush.has(viewer)}>
      <FileView path={path} digest={digest} viewer={viewer} />
    </Panel>
  )
}

interface FileProps {
  readonly path: string
  readonly digest: string
  readonly viewer: Viewer
}

function FileView({ path, digest, viewer }: FileProps) {
  if (viewer === 'none') return <span>This kind of file cannot be shown, or it is too large. Download it instead.</span>
  if (viewer === 'table') return <TableView path={path} digest={digest} />
  if (viewer === 'onnx') {
    return (
      <Suspense fallback={<TableSkeleton />}>
        <OnnxView path={path} digest={digest} />
      </Suspense>
    )
  }
  if (['image', 'video', 'audio', 'pdf'].includes(viewer)) {
    return <MediaView path={path} digest={digest} viewer={viewer} />
  }
  return <TextFile path={path} digest={digest} viewer={viewer} />
}

function TextFile({ path, digest, viewer }: FileProps) {
  return (
    <Loaded query={useQuery(blobText(digest))} what={path}>
      {(text) => {
        if (viewer === 'html') return <HtmlView text={text} path={path} />
        if (viewer === 'markdown') return <MarkdownView text={text} />
        if (viewer === 'patch') return <PatchView text={text} label={path} />
        if (viewer === 'log') return <LogView lines={text.split('\n')} label={path} isLive={false} />
        const value = viewer === 'json' ? parseJson(text) : undefined
        const table = tableOf(value)
        if (table !== undefined) return <JsonTable {...table} />
        if (value !== undefined) return <JsonView value={value} label={path} />
        return <LineList lines={text.split('\n')} label={path} height={460} />
      }}
    </Loaded>
  )
}

/** Its scripts run, as reports and plots need, but in an origin of their own: no token, no storage, no page of ours. */
function HtmlView({ text, path }: { readonly text: string; readonly path: string }) {
  return (
    <iframe className={classes.frame} title={path} sandbox="allow-scripts" srcDoc={text} referrerPolicy="no-referrer" />
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
