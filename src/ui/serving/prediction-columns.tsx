import type { Prediction } from '../ground/wire.ts'
import { EntityId } from '../kit/entity-id.tsx'
import { formatDuration, formatNumber } from '../kit/format.ts'
import { RelativeTime } from '../kit/relative-time.tsx'
import type { CellValue, TableColumn } from '../kit/table/table-column.ts'
import { predictionPath } from './paths.ts'

/** More features than these start hidden. */
const shownFeatures = 8

/** Fixed columns, then one per output and per input feature that occurs. */
export function predictionColumns(rows: readonly Prediction[]): readonly TableColumn<Prediction>[] {
  const outputs = [...new Set(rows.flatMap((row) => Object.keys(row.outputs)))]
  const inputs = [...new Set(rows.flatMap((row) => Object.keys(row.inputs)))]
  return [
    {
      id: 'id',
      label: 'Prediction',
      value: (row) => row.id,
      cell: (row) => <EntityId id={row.id} to={predictionPath(row.id)} isPlain />,
      width: 190,
      isPinned: true,
    },
    {
      id: 'at',
      label: 'Answered',
      value: (row) => row.at,
      cell: (row) => <RelativeTime at={row.at} />,
      width: 110,
      grow: 0,
      isNumber: true,
    },
    { id: 'variant', label: 'Variant', value: (row) => row.variant, width: 100, grow: 0 },
    ...outputs.map((name) => valueColumn(`out.${name}`, name, (row) => row.outputs[name], `Output ${name}`)),
    {
      id: 'label',
      label: 'Label',
      hint: 'What was true, once it is known',
      value: (row) => asCell(row.label?.value),
      cell: (row) => (row.label === undefined ? null : <strong>{shown(row.label.value)}</strong>),
      width: 90,
    },
    {
      id: 'latency',
      label: 'Latency',
      value: (row) => row.latencyUs,
      cell: (row) => formatDuration(row.latencyUs / 1000),
      width: 96,
      grow: 0,
      isNumber: true,
    },
    ...inputs.map((name, index) => ({
      ...valueColumn(`in.${name}`, name, (row) => row.inputs[name], `Input ${name}`),
      isHidden: index >= shownFeatures,
    })),
  ]
}

function valueColumn(
  id: string,
  label: string,
  read: (row: Prediction) => unknown,
  hint: string,
): TableColumn<Prediction> {
  return {
    id,
    label,
    hint,
    value: (row) => asCell(read(row)),
    cell: (row) => shown(read(row)),
    width: Math.min(190, Math.max(96, label.length * 8 + 30)),
    isNumber: true,
  }
}

function asCell(value: unknown): CellValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  return value === undefined || value === null ? undefined : JSON.stringify(value)
}

/** A value of a prediction as text; numbers in lists are shortened too. */
export function shown(value: unknown): string | undefined {
  if (typeof value === 'number') return formatNumber(value)
  if (Array.isArray(value)) return `[${value.map((each) => shown(each) ?? 'null').join(', ')}]`
  return asCell(value)?.toString()
}
