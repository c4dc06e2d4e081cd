import { expect, it } from 'vitest'
import { fitView, zoomAt } from './pan-zoom.ts'

it('fits a large graph into the room and centers a small one without enlarging it', () => {
  expect(fitView({ width: 2000, height: 100 }, { width: 1048, height: 500 })).toEqual({ scale: 0.5, x: 24, y: 225 })
  expect(fitView({ width: 100, height: 100 }, { width: 300, height: 200 })).toEqual({ scale: 1, x: 100, y: 50 })
})

it('keeps the point under the pointer where it is', () => {
  const view = { x: 40, y: -20, scale: 0.8 }
  const point = { x: 130, y: 75 }
  const zoomed = zoomAt(view, point, 1.5)
  const under = (v: typeof view) => ({ x: (point.x - v.x) / v.scale, y: (point.y - v.y) / v.scale })
  expect(under(zoomed).x).toBeCloseTo(under(view).x, 9)
  expect(under(zoomed).y).toBeCloseTo(under(view).y, 9)
})
