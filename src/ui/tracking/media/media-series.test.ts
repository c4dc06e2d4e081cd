import { expect, it } from 'vitest'
import { itemAt, mediaSeries } from './media-series.ts'

const file = (path: string) => ({ path, digest: path, sizeBytes: 10, isFolder: false })

it('finds series of media by name and step, however they were logged', () => {
  const series = mediaSeries(
    [
      'samples/mask_120.png',
      'samples/mask_20.png',
      'images/val#mask%step%3%timestamp%1700%3f-1.png',
      'images/val#mask%step%3%timestamp%1700%3f-1%compressed.webp',
      'roc.png',
      'v2/model.onnx',
    ].map(file),
  )
  expect([...series].map(([name, items]) => [name, items.map(({ step }) => step)])).toEqual([
    ['images/val/mask', [3]],
    ['roc.png', [0]],
    ['samples/mask_*.png', [20, 120]],
  ])
})

it('shows at a step what was newest then', () => {
  const items = mediaSeries([file('a_1.png'), file('a_5.png')]).get('a_*.png') ?? []
  expect([0, 1, 4, 9].map((step) => itemAt(items, step)?.step)).toEqual([undefined, 1, 1, 5])
})
