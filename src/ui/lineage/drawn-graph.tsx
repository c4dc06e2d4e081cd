import { Switch } from '@mantine/core'
import { useMemo } from 'react'
import type { LineageGraph } from '../ground/wire.ts'
import { collapseAlike } from '../kit/graph/collapse.ts'
import { GraphView } from '../kit/graph/graph-view.tsx'
import { Panel } from '../kit/panel.tsx'
import { useUrlState } from '../kit/url-state.ts'
import { toGraph } from './lineage-graph.ts'

export interface DrawnGraphProps {
  readonly graph: LineageGraph
  readonly title: string
  readonly note: string
  readonly height: number
}

/** Lineage as a picture. Many things that are alike are drawn as one, unless the reader wants to see each. */
export function DrawnGraph({ graph, title, note, height }: DrawnGraphProps) {
  const [each, setEach] = useUrlState('each')
  const whole = useMemo(() => toGraph(graph), [graph])
  const short = useMemo(() => collapseAlike(whole, graph.root), [whole, graph.root])
  const drawn = each === 'yes' ? whole : short
  return (
    <Panel
      title={title}
      note={note}
      isFlush
      actions={
        short.nodes.length === whole.nodes.length ? undefined : (
          <Switch
            size="xs"
            label="Draw each one"
            checked={each === 'yes'}
            onChange={(event) => setEach(event.currentTarget.checked ? 'yes' : '')}
          />
        )
      }
    >
      <GraphView graph={drawn} label={title} height={height} chosen={graph.root} />
    </Panel>
  )
}
