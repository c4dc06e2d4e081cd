import type { MetricPoint } from '../../ground/wire.ts'
import { useUrlState } from '../../kit/url-state.ts'

export type XKind = 'step' | 'time' | 'duration'

/** How the reader looks at curves; in the address, so that a link shows the same. */
export interface ChartLook {
  readonly xKind: XKind
  readonly smoothing: number
  readonly isLogX: boolean
  readonly isLogY: boolean
}

const xKinds: readonly XKind[] = ['step', 'time', 'duration']

export interface LookState {
  readonly look: ChartLook
  readonly set: {
    readonly xKind: (kind: string) => void
    readonly smoothing: (weight: number) => void
    readonly logX: (isOn: boolean) => void
    readonly logY: (isOn: boolean) => void
  }
}

export function useChartLook(): LookState {
  const [smooth, setSmooth] = useUrlState('smooth', '0')
  const [x, setX] = useUrlState('x-axis', 'step')
  const [logX, setLogX] = useUrlState('log-x')
  const [scale, setScale] = useUrlState('scale', 'linear')
  const weight = Number(smooth)
  return {
    look: {
      xKind: xKinds.find((kind) => kind === x) ?? 'step',
      smoothing: weight >= 0 && weight < 1 ? weight : 0,
      isLogX: logX !== '' && x !== 'time',
      isLogY: scale === 'log',
    },
    set: {
      xKind: setX,
      smoothing: (value) => setSmooth(String(value)),
      logX: (isOn) => setLogX(isOn ? '1' : ''),
      logY: (isOn) => setScale(isOn ? 'log' : 'linear'),
    },
  }
}

/** Where a point stands on the x axis. Relative times count from the begin of the run. */
export function xOf({ step, timestamp }: MetricPoint, kind: XKind, startedAt: number): number {
  if (kind === 'step') return step
  return kind === 'time' ? timestamp : timestamp - startedAt
}

/** Points in order of x, without those that a logarithm has no place for. */
export function curveOf(
  points: readonly MetricPoint[],
  { xKind, isLogY }: ChartLook,
  startedAt: number,
): readonly (readonly [x: number, y: number])[] {
  const curve = points.map((point) => [xOf(point, xKind, startedAt), Number(point.value)] as const)
  const shown = isLogY ? curve.filter(([, y]) => y > 0) : curve
  return xKind === 'step' ? shown : shown.toSorted(([a], [b]) => a - b)
}

/** The steps that a part of the x axis holds, and one more at each side, so that lines reach the edge. */
export function stepsOf(
  points: readonly MetricPoint[],
  { from, to }: { readonly from: number; readonly to: number },
  x: (point: MetricPoint) => number,
): { readonly fromStep: number; readonly toStep: number } | undefined {
  const inside = points.map((point, index) => ({ at: x(point), index })).filter(({ at }) => at >= from && at <= to)
  const [first, last] = [inside[0]?.index, inside.at(-1)?.index]
  if (first === undefined || last === undefined) return undefined
  const before = points[Math.max(0, first - 1)]
  const after = points[Math.min(points.length - 1, last + 1)]
  return before === undefined || after === undefined ? undefined : { fromStep: before.step, toStep: after.step }
}
