import { Group, Table } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { client } from '../ground/client.ts'
import type { Conversion, ModelVersion } from '../ground/wire.ts'
import { ActButton } from '../kit/act-button.tsx'
import { EmptyState } from '../kit/empty-state.tsx'
import { EntityId } from '../kit/entity-id.tsx'
import { formatBytes, formatCount, formatNumber } from '../kit/format.ts'
import { KeyValues } from '../kit/key-values.tsx'
import { Loaded } from '../kit/loaded.tsx'
import { Panel } from '../kit/panel.tsx'
import { RelativeTime } from '../kit/relative-time.tsx'
import { StatusBadge } from '../kit/status-badge.tsx'
import { registryQueries } from './queries.ts'

type Report = NonNullable<Conversion['report']>

/** Attempts to serve a Python version as ONNX, newest first, each with what was compared. */
export function VersionConversions({ version }: { readonly version: ModelVersion }) {
  const query = useQuery(registryQueries.conversions(version.id))
  const name = `${version.model}/${version.version}`
  return (
    <Loaded query={query} what="the conversions">
      {({ items }) => (
        <>
          {items.length === 0 ? (
            <EmptyState
              title="Served in Python"
              commands={[`slipway models convert ${name} --dataset <rows>`]}
              isCompact
            >
              As ONNX the version would be served without a Python process. It replaces the Python model only when it
              answers the same on real rows.
            </EmptyState>
          ) : (
            items.map((conversion) => <ConversionCard key={conversion.id} conversion={conversion} />)
          )}
          <Group mt="sm">
            <ActButton
              label="Convert on recorded requests or the input example"
              act={() => client.models.conversions.start({ model: version.id })}
              done="The conversion has begun."
            />
          </Group>
        </>
      )}
    </Loaded>
  )
}

function ConversionCard({ conversion }: { readonly conversion: Conversion }) {
  const { id, state, isUsed, problem, progress, report, startedAt } = conversion
  const runtime = isUsed ? 'python' : 'onnx'
  return (
    <Panel
      thing={id}
      title={isUsed ? 'Served as ONNX' : state === 'refused' ? 'Stays in Python' : 'Conversion to ONNX'}
      note={
        <>
          <StatusBadge status={state} tone={state === 'converted' ? 'ok' : state === 'refused' ? 'warn' : 'run'} />{' '}
          <RelativeTime at={startedAt} /> <EntityId id={id} to={null} />
        </>
      }
      actions={
        state !== 'converted' ? undefined : (
          <ActButton
            label={isUsed ? 'Serve in Python again' : 'Serve as ONNX'}
            act={() => client.models.conversions.use({ id, runtime })}
            done="Deployments of the version have switched."
          />
        )
      }
    >
      {progress === undefined ? null : <p>{progress} …</p>}
      {problem === undefined ? null : <p style={{ whiteSpace: 'pre-wrap' }}>Refused: {problem}</p>}
      {report === undefined ? null : <ReportView conversion={conversion} report={report} />}
    </Panel>
  )
}

const rowKinds = { dataset: 'dataset version', predictions: 'recorded requests of', example: 'input example' } as const

function ReportView({ conversion, report }: { readonly conversion: Conversion; readonly report: Report }) {
  const { rows, rowCount, skippedCount, strictColumns, versions, rejected, pythonP50Us, onnxP50Us } = report
  const isDataset = rows.kind === 'dataset'
  return (
    <>
      <ParityTable report={report} />
      <KeyValues
        items={[
          {
            label: 'Rows',
            value: (
              <>
                {formatCount(rowCount)} of {rowKinds[rows.kind]} {isDataset ? <EntityId id={rows.ref} /> : rows.ref}
                {skippedCount === 0 ? '' : `; ${formatCount(skippedCount)} more did not fit`}
              </>
            ),
          },
          { label: 'One row in Python', value: timeText(pythonP50Us) },
          { label: 'One row in ONNX', value: timeText(onnxP50Us) },
          { label: 'File', value: conversion.onnxBytes === undefined ? undefined : formatBytes(conversion.onnxBytes) },
          { label: 'Calculates with', value: report.precision },
          { label: 'Needs a value', value: strictColumns.join(', ') },
          { label: 'Not taken', value: rejected.join(' · ') },
          {
            label: 'Made with',
            value: Object.entries(versions)
              .map(([name, version]) => `${name} ${version}`)
              .join(', '),
          },
        ]}
      />
    </>
  )
}

function ParityTable({ report: { outputs, tolerance } }: { readonly report: Report }) {
  if (outputs.length === 0) return null
  return (
    <Table verticalSpacing={4} fz={13} mb="md">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Output</Table.Th>
          <Table.Th ta="right">Other values</Table.Th>
          <Table.Th ta="right">Largest difference</Table.Th>
          <Table.Th ta="right">Relative</Table.Th>
          <Table.Th ta="right">Allowed</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {outputs.map(({ name, disagreementCount, maxAbsolute, maxRelative }) => (
          <Table.Tr key={name}>
            <Table.Td>{name === 'slipway.probabilities' ? 'probabilities behind the labels' : name}</Table.Td>
            <Table.Td ta="right">{formatCount(disagreementCount)}</Table.Td>
            <Table.Td ta="right">{maxAbsolute === undefined ? '–' : formatNumber(maxAbsolute)}</Table.Td>
            <Table.Td ta="right">{maxRelative === undefined ? '–' : formatNumber(maxRelative)}</Table.Td>
            <Table.Td ta="right">{maxRelative === undefined ? 'none' : formatNumber(tolerance)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

function timeText(us: number | undefined): string | undefined {
  if (us === undefined) return undefined
  return us < 1000 ? `${us} µs` : `${formatNumber(us / 1000)} ms`
}
