import { expect, it } from 'vitest'
import { changesText } from './project-page.tsx'

it('tells what an application of a project file changed', () => {
  expect(
    changesText([
      { section: 'gates', name: 'quality', change: 'created' },
      { section: 'pipelines', name: 'train', change: 'changed', detail: 'version 2' },
      { section: 'policies', name: 'keep', change: 'unchanged' },
    ]),
  ).toBe('gates quality created, pipelines train changed (version 2)')
  expect(changesText([])).toBe('Nothing was different')
})
