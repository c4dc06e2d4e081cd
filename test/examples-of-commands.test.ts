/** Every example line in help and docs is one that the command line accepts. */
import { describe, expect, it } from 'vitest'
import { serverCommands } from '../src/server/commands/index.ts'
import { buildTree, clientCommands, manifestExamples } from '../src/surfaces/cli/index.ts'
import { manifest } from '../src/surfaces/cli/manifest.generated.ts'

const own = serverCommands({
  packageDir: '.',
  manifest,
  uptimeMs: () => 0,
  protocols: () => Promise.reject(new Error('not run')),
})
const tree = buildTree(manifest, [...own, ...clientCommands])

describe('examples', () => {
  it.each(manifestExamples(tree))('%s', (line, problem) => {
    expect(problem, line).toBeUndefined()
  })
})
