/** `/v1/blobs/{digest}` in the router's syntax: `/v1/blobs/:digest`; `{path*}` becomes its wildcard. */
export function routerPath(path: string): string {
  return (
    path
      .replaceAll(':', '::')
      .replace(/\{\w+\*\}$/, '*')
      // A parameter followed by more text in the same segment (`{model}:predict`) must not swallow that text.
      .replace(/\{(\w+)\}(?=[^/])/g, ':$1([^/]+?)')
      .replace(/\{(\w+)\}/g, ':$1')
  )
}

/** Name of the `{path*}` parameter, when the route ends in one. */
export function wildcardName(path: string): string | undefined {
  return /\{(\w+)\*\}$/.exec(path)?.[1]
}
