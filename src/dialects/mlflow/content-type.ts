/** Media types by the end of the name, for the files that runs usually store. */
const types: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  gif: 'image/gif',
  html: 'text/html',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  json: 'application/json',
  log: 'text/plain',
  md: 'text/markdown',
  pdf: 'application/pdf',
  png: 'image/png',
  py: 'text/plain',
  svg: 'image/svg+xml',
  txt: 'text/plain',
  webp: 'image/webp',
  yaml: 'text/plain',
  yml: 'text/plain',
}

export function contentType(name: string): string {
  const end = name.split('.').at(-1)?.toLowerCase() ?? ''
  // The file that describes a model has no ending and is text.
  if (name === 'MLmodel') return 'text/plain'
  return types[end] ?? 'application/octet-stream'
}
