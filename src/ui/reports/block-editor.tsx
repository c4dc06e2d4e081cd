import { Group, MultiSelect, NumberInput, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { RunKeys } from '../ground/wire.ts'
import { Loaded } from '../kit/loaded.tsx'
import { MarkdownEditor } from '../kit/text/markdown-editor.tsx'
import { FilterBox, loggedColumns, trackingQueries } from '../tracking/index.ts'
import { BlockView } from './block-view.tsx'
import type { Block, RunsBlock } from './blocks.ts'

export interface BlockEditorProps<B extends Block> {
  readonly block: B
  readonly id: string
  readonly onChange: (block: Block) => void
}

/** A block to write, with what it shows. */
export function BlockEditor({ block, id, onChange }: BlockEditorProps<Block>) {
  if (block.kind === 'text') {
    return <MarkdownEditor label="Text" text={block.text} onText={(text) => onChange({ ...block, text })} />
  }
  return (
    <>
      <RunsEditor block={block} id={id} onChange={onChange} />
      <BlockView block={block} id={id} />
    </>
  )
}

function RunsEditor({ block, id, onChange }: BlockEditorProps<RunsBlock>) {
  const experiments = useQuery(trackingQueries.experiments())
  const keys = useQuery(trackingQueries.keys(block.experiment))
  return (
    <Loaded query={keys} what="the metrics">
      {(known) => (
        <Group mb="sm" align="end">
          <Select
            label="Experiment"
            placeholder="every experiment"
            data={(experiments.data?.items ?? []).map(({ name }) => name)}
            value={block.experiment ?? null}
            onChange={(value) => onChange({ ...block, experiment: value ?? undefined })}
            searchable
            clearable
          />
          <FilterBox
            experiment={block.experiment}
            keys={known}
            filter={block.filter ?? ''}
            onFilter={(filter) => onChange({ ...block, filter: filter === '' ? undefined : filter })}
            error={null}
          />
          <TextInput
            label="Order"
            placeholder="metrics.auc DESC"
            defaultValue={block.orderBy ?? ''}
            onBlur={(event) => onChange({ ...block, orderBy: event.currentTarget.value.trim() || undefined })}
            w={170}
          />
          <NumberInput
            label="Runs"
            min={1}
            max={100}
            value={block.limit}
            onChange={(value) => onChange({ ...block, limit: Math.min(100, Math.max(1, Number(value) || 1)) })}
            w={80}
          />
          <FieldChoice block={block} id={id} onChange={onChange} keys={known} />
        </Group>
      )}
    </Loaded>
  )
}

/** What is drawn of the runs. */
function FieldChoice({ block, onChange, keys }: BlockEditorProps<RunsBlock> & { readonly keys: RunKeys }) {
  const fields = loggedColumns(keys).map(({ id }) => id)
  const metrics = keys.metrics.map(({ key }) => key)
  if (block.kind === 'table' || block.kind === 'parallel') {
    const chosen = block.kind === 'table' ? block.columns : block.axes
    return (
      <MultiSelect
        label={block.kind === 'table' ? 'Columns' : 'Axes'}
        data={[...new Set([...fields, ...chosen])]}
        value={chosen}
        onChange={(value) =>
          onChange(block.kind === 'table' ? { ...block, columns: value } : { ...block, axes: value })
        }
        searchable
        limit={100}
        miw={220}
      />
    )
  }
  if (block.kind === 'scatter') {
    return (
      <>
        <Select
          label="Across"
          data={fields}
          value={block.x || null}
          onChange={(x) => onChange({ ...block, x: x ?? '' })}
          searchable
          limit={100}
        />
        <Select
          label="Up"
          data={fields}
          value={block.y || null}
          onChange={(y) => onChange({ ...block, y: y ?? '' })}
          searchable
          limit={100}
        />
      </>
    )
  }
  return (
    <Select
      label="Metric"
      data={metrics}
      value={block.metric || null}
      onChange={(metric) => onChange({ ...block, metric: metric ?? '' })}
      searchable
      limit={100}
    />
  )
}
