/**
 * Finds the route of a request in a tree of path segments. A fixed segment goes before one with text around a parameter,
 * that before a plain parameter, and the rest of a path comes last, at every segment anew. Ours and not the framework's,
 * which writes and compiles functions for each route: a third of a server's start (docs/decisions/149-routes-are-a-tree.md).
 */
export interface Router<Target> {
  /** `path` as people write it: `/v1/models/{model}`. Throws when another route answers the same requests. */
  add(method: string, path: string, target: Target): void
  /** HEAD finds what GET answers unless it has a route of its own. Undefined also for a path with broken encoding. */
  find(method: string, url: string): Match<Target> | undefined
}

export interface Match<Target> {
  readonly target: Target
  /** Decoded once. */
  readonly params: Readonly<Record<string, string>>
}

interface Leaf<Target> {
  readonly path: string
  readonly names: readonly string[]
  readonly target: Target
}

type Leaves<Target> = Map<string, Leaf<Target>>

interface Node<Target> {
  readonly fixed: Map<string, Node<Target>>
  /** Segments with text around a parameter: `{model}:predict`. */
  readonly mixed: { readonly pattern: RegExp; readonly node: Node<Target> }[]
  parameter?: Node<Target>
  /** By method: routes that end here, and those that take whatever follows. */
  readonly ends: Leaves<Target>
  readonly rests: Leaves<Target>
}

export function createRouter<Target>(): Router<Target> {
  const root = emptyNode<Target>()
  return {
    add: (method, path, target) => {
      const names = Array.from(path.matchAll(/\{(\w+)\*?\}/g), ([, name = '']) => name)
      const leaves = leavesAt(root, path.slice(1).split('/'))
      const other = leaves.get(method)
      if (other !== undefined) throw new Error(`${method} ${path} and ${method} ${other.path} are the same route`)
      leaves.set(method, { path, names, target })
    },
    find: (method, url) => {
      const segments = segmentsOf(url)
      const values: string[] = []
      const leaf = segments && walk(root, { segments, method, values }, 0)
      return leaf && { target: leaf.target, params: named(leaf.names, values) }
    },
  }
}

function emptyNode<Target>(): Node<Target> {
  return { fixed: new Map(), mixed: [], ends: new Map(), rests: new Map() }
}

function leavesAt<Target>(root: Node<Target>, segments: readonly string[]): Leaves<Target> {
  let node = root
  for (const segment of segments) {
    if (segment.endsWith('*}')) return node.rests
    node = childFor(node, segment)
  }
  return node.ends
}

function childFor<Target>(node: Node<Target>, segment: string): Node<Target> {
  if (/^\{\w+\}$/.test(segment)) {
    node.parameter ??= emptyNode()
    return node.parameter
  }
  if (segment.includes('{')) {
    const fixed = segment.split(/\{\w+\}/).map((text) => text.replaceAll(/\W/g, '\\$&'))
    const pattern = new RegExp(`^${fixed.join('([^/]+?)')}$`)
    const known = node.mixed.find((mixed) => mixed.pattern.source === pattern.source)
    if (known !== undefined) return known.node
    const added = { pattern, node: emptyNode<Target>() }
    node.mixed.push(added)
    return added.node
  }
  const known = node.fixed.get(segment) ?? emptyNode<Target>()
  node.fixed.set(segment, known)
  return known
}

/** Decoded segments of a request's path. */
function segmentsOf(url: string): string[] | undefined {
  // A proxy may ask for a whole URL; then the path begins behind the host.
  const path = (url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/]*/i, '')).split(/[?#]/, 1)[0] ?? ''
  const segments = path.slice(1).split('/')
  if (!path.includes('%')) return segments
  try {
    return segments.map(decodeURIComponent)
  } catch {
    return undefined
  }
}

interface Search {
  readonly segments: readonly string[]
  readonly method: string
  /** Values of the parameters on the way to the node. */
  readonly values: string[]
}

function walk<Target>(node: Node<Target>, search: Search, at: number): Leaf<Target> | undefined {
  const { segments, values, method } = search
  const segment = segments[at]
  if (segment === undefined) return leafFor(node.ends, method)
  const fixed = node.fixed.get(segment)
  const found = fixed && walk(fixed, search, at + 1)
  if (found !== undefined) return found
  const count = values.length
  for (const { pattern, node: next } of node.mixed) {
    const taken = pattern.exec(segment)
    if (taken === null) continue
    values.push(...taken.slice(1))
    const leaf = walk(next, search, at + 1)
    if (leaf !== undefined) return leaf
    values.length = count
  }
  if (node.parameter !== undefined) {
    values.push(segment)
    const leaf = walk(node.parameter, search, at + 1)
    if (leaf !== undefined) return leaf
    values.length = count
  }
  const rest = leafFor(node.rests, method)
  if (rest !== undefined) values.push(segments.slice(at).join('/'))
  return rest
}

function leafFor<Target>(leaves: Leaves<Target>, method: string): Leaf<Target> | undefined {
  return leaves.get(method) ?? (method === 'HEAD' ? leaves.get('GET') : undefined)
}

function named(names: readonly string[], values: readonly string[]): Record<string, string> {
  const params: Record<string, string> = {}
  for (const [index, name] of names.entries()) params[name] = values[index] ?? ''
  return params
}
