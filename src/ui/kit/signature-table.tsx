import { Table } from '@mantine/core'
import { Panel } from './panel.tsx'

export interface SignatureRow {
  readonly name: string
  readonly type: string
  readonly shape: string
}

/** What a model takes or gives, one line a value. */
export function SignatureTable({ title, rows }: { readonly title: string; readonly rows: readonly SignatureRow[] }) {
  return (
    <Panel title={title} note={String(rows.length)}>
      <Table verticalSpacing={4} fz={13}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>Type</Table.Th>
            <Table.Th>Shape</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ name, type, shape }, index) => (
            <Table.Tr key={name || String(index)}>
              <Table.Td>{name || '–'}</Table.Td>
              <Table.Td>
                <code>{type}</code>
              </Table.Td>
              <Table.Td>
                <code>{shape}</code>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Panel>
  )
}
