/**
 * The rules of the architecture, executed. There is no list of exceptions: a rule that cannot be kept is changed here,
 * in the open, with its reason.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const files = walk(join(root, 'src')).map((path) => relative(root, path))
const sources = files.filter((path) => /\.tsx?$/.test(path))
const code = sources.filter((path) => !/\.test\.tsx?$/.test(path) && !path.startsWith('src/testing/'))
const handWritten = sources.filter((path) => !path.includes('.generated.'))
const programs = files.filter((path) => path.endsWith('.py'))
const textOf = new Map(sources.map((path) => [path, readFileSync(join(root, path), 'utf8')]))
const importsOf = new Map(code.map((path) => [path, importsIn(path)]))

/** Part of a path that the rules speak of: `kernel`, `platform/db`, `modules/registry`, `ui`, `main`, … */
function partOf(path: string): string {
  const [, area = '', name = ''] = path.split('/')
  if (!path.includes('/', 4)) return area.replace(/\.ts$/, '')
  return ['platform', 'modules', 'dialects', 'surfaces'].includes(area)
    ? `${area}/${name.replace(/\.tsx?$/, '')}`
    : area
}

/** What each area may import beside itself. A module's doors are checked against its `needs` below. */
const allowed: Record<string, RegExp> = {
  kernel: /^$/,
  platform: /^(kernel|platform\/.*)$/,
  modules: /^(kernel|platform\/.*|modules\/.*)$/,
  dialects: /^(kernel|platform\/.*|modules\/.*)$/,
  // What operations are, as data, is what the other surfaces are written from.
  // The pages show the command line's help.
  surfaces: /^(kernel|platform\/.*|sdk|surfaces\/(describe|cli))$/,
  // Programs of their own that speak to a server; the commands start them.
  'client-programs': /^(kernel|platform\/.*|sdk|surfaces\/cli)$/,
  // The frame names no module, dialect or list of them; only its commands start the program that app.ts lists.
  server: /^(kernel|platform\/.*|sdk|surfaces\/.*|client-programs|app)$/,
  sdk: /^$/,
  ui: /^sdk$/,
}

describe('imports', () => {
  it('run one way', () => {
    const wrong = edges().filter(({ from, to }) => {
      const rule = allowed[from.split('/')[0] ?? '']
      return rule !== undefined && from !== to && !rule.test(to)
    })
    expect(wrong.map(show)).toEqual([])
  })

  it('reach the list of all modules from the frame only by its commands', () => {
    const wrong = edges().filter(
      ({ file, from, to }) => from === 'server' && to === 'app' && !file.startsWith('src/server/commands/'),
    )
    expect(wrong.map(show)).toEqual([])
  })

  it('enter a module or a part of the platform only through its door', () => {
    const wrong = edges().filter(({ from, to, target }) => {
      const isOwned = /^(platform|modules|dialects)\/[^/]+$/.test(to) && from !== to && to !== 'platform/platform'
      return isOwned && from !== 'app' && !target.endsWith('/index.ts')
    })
    expect(wrong.map(show)).toEqual([])
  })

  it('of other modules are declared in needs, and needs are used', () => {
    const problems: string[] = []
    for (const door of code.filter((path) => /^src\/modules\/[^/]+\/index\.ts$/.test(path))) {
      const module = partOf(door)
      const declared = needsIn(textOf.get(door) ?? '')
      const imported = new Set(
        edges()
          .filter((edge) => edge.from === module && edge.to.startsWith('modules/') && edge.to !== module)
          .map((edge) => edge.to.slice('modules/'.length)),
      )
      for (const name of imported)
        if (!declared.has(name)) problems.push(`${module} imports ${name} but does not need it`)
      for (const name of declared)
        if (!imported.has(name)) problems.push(`${module} needs ${name} but does not import it`)
    }
    expect(problems).toEqual([])
  })

  it('of modules have no cycles', () => {
    expect(
      cyclesAmong(
        edges().map(({ from, to }) => [from, to]),
        (part) => part.startsWith('modules/'),
      ),
    ).toEqual([])
  })

  it('of files have no cycles, not even of types alone', () => {
    expect(cyclesAmong(edges().map(({ file, target }) => [file, target]))).toEqual([])
  })

  it('of the folders inside a module, a part of the platform, a dialect or a surface have no cycles', () => {
    // Files at the root of a part join its folders or are what all of them share; that these do not circle is said above.
    const folderOf = (path: string) => path.split('/').slice(0, 4).join('/')
    const inside = edges().filter(({ file, target, from, to }) => {
      const areFolders = [file, target].every((path) => path.split('/').length > 4)
      return areFolders && from === to && from.includes('/')
    })
    expect(cyclesAmong(inside.map(({ file, target }) => [folderOf(file), folderOf(target)]))).toEqual([])
  })
})

describe('the web application', () => {
  const inside = edges().flatMap(({ file, target }) => {
    const [from, to] = [file, target].map((path) => /^src\/ui\/([^/.]+)\//.exec(path)?.[1])
    return from === undefined || to === undefined || from === to ? [] : [{ file, target, from, to }]
  })

  it('stands on a kit and a ground that know neither pages nor each other', () => {
    expect(inside.filter(({ from }) => from === 'kit' || from === 'ground').map(show)).toEqual([])
  })

  it('has pages that know of other folders of pages what their doors export, and their addresses', () => {
    const wrong = inside.filter(({ file, target, from, to }) => {
      if (file.endsWith('.test.ts') || from === 'app' || ['kit', 'ground'].includes(to)) return false
      return to === 'app' || !/^src\/ui\/[^/]+\/(index|paths)\.ts$/.test(target)
    })
    expect(wrong.map(show)).toEqual([])
  })
})

describe('sources', () => {
  it('keep foreign names out of modules', () => {
    const foreign =
      /\b(mlflow|dvc|feast|optuna|kubeflow|kfp|triton|kserve|seldon|evidently|sagemaker|tensorflow|wandb)\b/i
    const wrong = code.filter((path) => path.startsWith('src/modules/') && foreign.test(textOf.get(path) ?? ''))
    expect(wrong).toEqual([])
  })

  it('keep what knows the files of MLflow in its dialect', () => {
    // No name of its files or flavors either. The host of Python models calls `_load_pyfunc` all the same: by that function
    // packages of many makers offer a model, whoever wrote the folder.
    const foreign = /mlflow|mlmodel|python_function|serving_input_example/i
    const read = (path: string) => textOf.get(path) ?? readFileSync(join(root, path), 'utf8')
    const wrong = [...code, ...programs].filter(
      (path) => /^src\/(kernel|platform|modules|server)\//.test(path) && foreign.test(read(path)),
    )
    expect(wrong).toEqual([])
  })

  it('touch the process only in platform/runtime', () => {
    const door =
      /\bprocess\.(env|exit|argv|kill|on|once|stdout|stderr|stdin|cwd|chdir)\b|\bDate\.now\(|\bnew Date\(\)|\bconsole\./
    const wrong = code.filter((path) => {
      const isServer =
        /^src\/(kernel|platform|modules|dialects)\//.test(path) && !path.startsWith('src/platform/runtime/')
      return isServer && door.test(withoutComments(textOf.get(path) ?? ''))
    })
    expect(wrong).toEqual([])
  })

  it('stay small: no file over 350 lines and no test over 400, half of them under 150', () => {
    const lengths = [...handWritten, ...programs].map((path) => [path, lines(path)] as const)
    expect(lengths.filter(([path, count]) => count > (/\.test\.tsx?$/.test(path) ? 400 : 350))).toEqual([])
    const sorted = lengths.map(([, count]) => count).sort((a, b) => a - b)
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(150)
  })

  it('are spread over rooms: no part holds more than 8 % of them', () => {
    const counts = new Map<string, number>()
    const counted = [...handWritten, ...programs].filter((path) => !/\.test\.tsx?$/.test(path))
    for (const path of counted) counts.set(partOf(path), (counts.get(partOf(path)) ?? 0) + lines(path))
    const all = [...counts.values()].reduce((sum, count) => sum + count, 0)
    const large = [...counts].filter(([part, count]) => part.includes('/') && count / all > 0.08)
    expect(large).toEqual([])
  })

  it('have names that say what is in them', () => {
    const vague = /(^|\/)(utils?|helpers?|common|misc|types|constants|manager|base|shared)(\.|\/)/
    const notKebab = /[A-Z_]/
    const wrong = files.filter((path) => vague.test(path) || notKebab.test(path.split('/').at(-1) ?? ''))
    expect(wrong).toEqual([])
  })

  it('leave no promise behind', () => {
    const promise = /\b(TODO|FIXME|XXX)\b|\.(only|skip|todo)\(|@ts-(ignore|nocheck)/
    // In a test it proves that something does not compile.
    const excuse = (path: string) => !/\.test\.tsx?$/.test(path) && /@ts-expect-error/.test(textOf.get(path) ?? '')
    expect(sources.filter((path) => promise.test(textOf.get(path) ?? '') || excuse(path))).toEqual([])
  })

  it('open each door with a paragraph that says what is behind it', () => {
    const doors = code.filter((path) => /^src\/(platform|modules|dialects)\/[^/]+\/index\.ts$/.test(path))
    expect(doors.filter((path) => !(textOf.get(path) ?? '').startsWith('/**'))).toEqual([])
  })
})

interface Edge {
  readonly file: string
  readonly target: string
  readonly from: string
  readonly to: string
}

function edges(): Edge[] {
  return [...importsOf].flatMap(([file, targets]) =>
    targets.map((target) => ({ file, target, from: partOf(file), to: partOf(target) })),
  )
}

function importsIn(path: string): string[] {
  const found = (textOf.get(path) ?? '').matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)
  return [...found].map((match) => relative(root, resolve(root, dirname(path), match[1] ?? '')))
}

function needsIn(text: string): Set<string> {
  const body = /\bneeds:\s*\{([^}]*)\}/.exec(text)?.[1] ?? ''
  return new Set([...body.matchAll(/(\w+)/g)].map((match) => match[1] ?? ''))
}

/** Groups of nodes that reach one another, among those that `counts`; Tarjan's strongly connected components. */
function cyclesAmong(pairs: readonly (readonly [string, string])[], counts = (_node: string) => true): string[][] {
  const graph = new Map<string, Set<string>>()
  for (const [from, to] of pairs) {
    if (from !== to && counts(from) && counts(to)) graph.set(from, (graph.get(from) ?? new Set()).add(to))
  }
  const order = new Map<string, number>()
  const open: string[] = []
  const cycles: string[][] = []
  const visit = (node: string): number => {
    order.set(node, order.size)
    let low = order.get(node) ?? 0
    open.push(node)
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) low = Math.min(low, visit(next))
      else if (open.includes(next)) low = Math.min(low, order.get(next) ?? low)
    }
    if (low === order.get(node)) {
      const cycle = open.splice(open.indexOf(node))
      if (cycle.length > 1) cycles.push(cycle.sort())
    }
    return low
  }
  for (const node of graph.keys()) if (!order.has(node)) visit(node)
  return cycles
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '')
}

function lines(path: string): number {
  return (textOf.get(path) ?? readFileSync(join(root, path), 'utf8')).split('\n').length - 1
}

function show(edge: Pick<Edge, 'file' | 'target'>): string {
  return `${edge.file} -> ${edge.target}`
}

function walk(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? walk(path) : [path]
  })
}
