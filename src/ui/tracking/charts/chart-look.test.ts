import { expect, it } from 'vitest'
import { type ChartLook, curveOf, stepsOf } from './chart-look.ts'

const points = [
  { step: 0, timestamp: 1000, value: 4 },
  { step: 10, timestamp: 3000, value: 0 },
  { step: 20, timestamp: 2000, value: 1 },
  { step: 30, timestamp: 5000, value: 'NaN' as const },
]
const look: ChartLook = { xKind: 'step', smoothing: 0, isLogX: false, isLogY: false }

it('places points by step, by time in order of time, and by the time since the run began', () => {
  expect(curveOf(points.slice(0, 3), look, 1000)).toEqual([
    [0, 4],
    [10, 0],
    [20, 1],
  ])
  const relative = curveOf(points.slice(0, 3), { ...look, xKind: 'duration' }, 1000)
  expect(relative.map(([x]) => x)).toEqual([0, 1000, 2000])
})

it('leaves out of a logarithmic axis what is not above zero', () => {
  expect(curveOf(points, { ...look, isLogY: true }, 0).map(([, y]) => y)).toEqual([4, 1])
})

it('asks for the steps of a part and the one beside it', () => {
  expect(stepsOf(points, { from: 8, to: 22 }, ({ step }) => step)).toEqual({ fromStep: 0, toStep: 30 })
  expect(stepsOf(points, { from: 11, to: 19 }, ({ step }) => step)).toBeUndefined()
})
