import { memo } from 'react'
import type { PlacedNode } from './graph.ts'
import classes from './graph-view.module.css'

export interface GraphNodesProps {
  readonly nodes: readonly PlacedNode[]
  readonly chosen: string | undefined
  readonly onOpen: (id: string) => void
}

export function GraphNodes({ nodes, chosen, onOpen }: GraphNodesProps) {
  return nodes.map((node, index) => (
    <Node key={node.id} node={node} isChosen={node.id === chosen} isFirst={index === 0} onOpen={onOpen} />
  ))
}

interface NodeProps {
  readonly node: PlacedNode
  readonly isChosen: boolean
  /** One node is reached by Tab, the others by arrow keys from it. */
  readonly isFirst: boolean
  readonly onOpen: (id: string) => void
}

const Node = memo(function Node({ node, isChosen, isFirst, onOpen }: NodeProps) {
  const name = [node.kind, node.label, node.detail].filter(Boolean).join(', ')
  return (
    // biome-ignore lint/a11y/useSemanticElements: an SVG group cannot be a button element
    <g
      className={classes.node}
      data-node={node.id}
      data-tone={node.tone}
      data-chosen={isChosen || undefined}
      transform={`translate(${node.x} ${node.y})`}
      role="button"
      tabIndex={isFirst || isChosen ? 0 : -1}
      aria-label={name}
      onClick={() => onOpen(node.id)}
    >
      <title>{name}</title>
      <rect className={classes.box} width={node.width} height={node.height} rx="6" />
      <rect className={classes.edgeBar} width="3" height={node.height - 16} x="0" y="8" rx="1.5" />
      <text className={classes.kind} x="13" y="16">
        {node.kind}
      </text>
      <text className={classes.label} x="13" y={node.detail === undefined ? 37 : 31}>
        {clip(node.label, (node.width - 24) / 7.2)}
      </text>
      {node.detail === undefined ? null : (
        <text className={classes.detail} x="13" y="45">
          {clip(node.detail, (node.width - 24) / 6.2)}
        </text>
      )}
    </g>
  )
})

function clip(text: string, letters: number): string {
  return text.length <= letters ? text : `${text.slice(0, Math.max(1, Math.floor(letters) - 1))}…`
}
