import { Table } from '@mantine/core'
import { GraphView } from '../kit/graph/graph-view.tsx'
import { Panel } from '../kit/panel.tsx'
import type { InferenceGraph } from './inference-graph.ts'

/** What an inference graph joins, and what goes over each of its edges. */
export function InferenceGraphView({ graph, name }: { readonly graph: InferenceGraph; readonly name: string }) {
  return (
    <>
      <Panel title="Inference graph" note="from the request to the answer" isFlush>
        <GraphView graph={graph.drawn} label={`What ${name} joins`} height={320} />
      </Panel>
      <Panel title="Edges" note={String(graph.edges.length)}>
        <Table verticalSpacing={4} fz={13}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>From</Table.Th>
              <Table.Th>To</Table.Th>
              <Table.Th>Type</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {graph.edges.map(({ from, to, type }) => (
              <Table.Tr key={`${from} ${to}`}>
                <Table.Td>{from}</Table.Td>
                <Table.Td>{to}</Table.Td>
                <Table.Td>
                  <code>{type}</code>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Panel>
    </>
  )
}
