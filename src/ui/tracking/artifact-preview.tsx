import { useQuery } from '@tanstack/react-query'
import { client } from '../app/client.ts'
import type { ArtifactEntry } from '../app/wire.ts'
import { formatBytes } from '../kit/format.ts'
import { Loaded } from '../kit/loaded.tsx'
import { Panel } from '../kit/panel.tsx'
import { JsonView } from '../kit/text/json-view.tsx'
import { LineList } from '../kit/text/line-list.tsx'
import classes from './run-artifacts.module.css'

/** A megabyte of text is as much as anyone reads here; more is for an editor. */
const largestText = 1_000_000
const images = /\.(png|jpe?g|gif|webp|svg)$/i
const texts =
  /\.(txt|md|json|ya?ml|csv|tsv|log|py|ts|js|html|xml|toml|ini|cfg|sql|MLmodel)$|(^|\/)(MLmodel|conda\.yaml|requirements\.txt)$/i

/** What a file holds, when it is text or an image. */
export function ArtifactPreview({ entry, digest }: { readonly entry: ArtifactEntry; readonly digest: string }) {
  const size = entry.sizeBytes ?? 0
  const kind = images.test(entry.path) ? 'image' : texts.test(entry.path) && size <= largestText ? 'text' : 'none'
  return (
    <Panel title={entry.path} note={formatBytes(size)} isFlush={kind === 'text'}>
      {kind === 'image' ? <img className={classes.image} src={`/v1/blobs/${digest}`} alt={entry.path} /> : null}
      {kind === 'text' ? <TextFile path={entry.path} digest={digest} /> : null}
      {kind === 'none' ? (
        <span>This file is not text, or is too large to show. Download it with the arrow.</span>
      ) : null}
    </Panel>
  )
}

function TextFile({ path, digest }: { readonly path: string; readonly digest: string }) {
  const query = useQuery({
    queryKey: ['immutable', 'blob', digest],
    queryFn: async () => (await client.raw('GET', `/v1/blobs/${digest}`)).text(),
    staleTime: Number.POSITIVE_INFINITY,
  })
  return (
    <Loaded query={query} what={path}>
      {(text) => {
        const value = path.endsWith('.json') ? parseJson(text) : undefined
        if (value !== undefined) return <JsonView value={value} label={path} />
        return <LineList lines={text.split('\n')} label={path} height={460} />
      }}
    </Loaded>
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
