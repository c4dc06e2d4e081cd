/** How a file is shown. */
export type Viewer =
  | 'image'
  | 'video'
  | 'audio'
  | 'pdf'
  | 'html'
  | 'table'
  | 'json'
  | 'markdown'
  | 'onnx'
  | 'patch'
  | 'log'
  | 'text'
  | 'none'

/** A megabyte of text is as much as anyone reads here; more is for an editor. */
const largestText = 1_000_000
/** What a page reads whole into memory. */
const largestFile = 100_000_000

const endings: readonly (readonly [RegExp, Viewer, number])[] = [
  [/\.(png|jpe?g|gif|webp|svg|avif|bmp)$/i, 'image', largestFile],
  [/\.(mp4|webm|mov)$/i, 'video', largestFile],
  [/\.(wav|mp3|ogg|flac|m4a)$/i, 'audio', largestFile],
  [/\.pdf$/i, 'pdf', largestFile],
  [/\.html?$/i, 'html', largestFile],
  // Read by the server a page at a time: of any size.
  [/\.(csv|tsv|tab|jsonl|ndjson)(\.gz)?$|\.(parquet|pq)$/i, 'table', Number.POSITIVE_INFINITY],
  [/\.json$/i, 'json', largestText],
  [/\.(md|markdown)$/i, 'markdown', largestText],
  [/\.onnx$/i, 'onnx', largestFile],
  [/\.(diff|patch)$/i, 'patch', largestText],
  [/\.(log|out|err)$/i, 'log', largestText],
  [
    /\.(txt|ya?ml|py|ts|js|css|xml|toml|ini|cfg|sql|sh|r|java|go|c|cpp|h|rs|ipynb|lock|conf|env|rst|dot|graphql|proto)$/i,
    'text',
    largestText,
  ],
  [/(^|\/)(MLmodel|Dockerfile|Makefile|LICENSE|requirements[^/]*)$/i, 'text', largestText],
]

export function viewerOf(path: string, sizeBytes: number): Viewer {
  const found = endings.find(([ending]) => ending.test(path))
  return found === undefined || sizeBytes > found[2] || sizeBytes === 0 ? 'none' : found[1]
}

const mediaTypes: Readonly<Record<string, string>> = {
  svg: 'image/svg+xml',
  jpg: 'image/jpeg',
  mov: 'video/quicktime',
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  pdf: 'application/pdf',
}

/** The media type that the ending of a file stands for; bytes are stored without one. */
export function mediaTypeOf(path: string, viewer: Viewer): string {
  const ending = path.split('.').at(-1)?.toLowerCase() ?? ''
  return mediaTypes[ending] ?? `${viewer}/${ending}`
}

/** A table in a JSON file: as `{"columns": […], "data": [[…]]}`, which clients log tables as, or as a list of objects. */
export function tableOf(value: unknown): { columns: readonly string[]; rows: readonly unknown[][] } | undefined {
  if (Array.isArray(value) && value.length > 0 && value.every(isRecord)) {
    const columns = [...new Set(value.flatMap((row) => Object.keys(row)))]
    return { columns, rows: value.map((row) => columns.map((column) => row[column])) }
  }
  if (!isRecord(value) || !Array.isArray(value.columns) || !Array.isArray(value.data)) return undefined
  const { columns, data } = value
  return data.every(Array.isArray) ? { columns: columns.map(String), rows: data } : undefined
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
