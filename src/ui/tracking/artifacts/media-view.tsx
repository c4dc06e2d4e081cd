import { ErrorState } from '../../kit/error-state.tsx'
import { TableSkeleton } from '../../kit/loading.tsx'
import { useBlobUrl } from './blob.ts'
import classes from './run-artifacts.module.css'
import { mediaTypeOf, type Viewer } from './viewer.ts'

export interface MediaViewProps {
  readonly path: string
  readonly digest: string
  readonly viewer: Viewer
}

/** Images, sound, video and PDF. */
export function MediaView({ path, digest, viewer }: MediaViewProps) {
  const { query, url } = useBlobUrl(digest, mediaTypeOf(path, viewer))
  if (query.error !== null) return <ErrorState title={`Cannot show ${path}`} error={query.error} />
  if (url === undefined) return <TableSkeleton rows={4} />
  // biome-ignore lint/a11y/useMediaCaption: what a run logs has no captions
  if (viewer === 'video') return <video className={classes.image} src={url} controls />
  // biome-ignore lint/a11y/useMediaCaption: what a run logs has no captions
  if (viewer === 'audio') return <audio src={url} controls />
  if (viewer === 'pdf') return <embed className={classes.frame} src={url} type="application/pdf" title={path} />
  return <img className={classes.image} src={url} alt={path} />
}
