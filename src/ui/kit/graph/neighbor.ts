import type { PlacedNode } from './graph.ts'

const directions = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
} as const

export type ArrowKey = keyof typeof directions

export function isArrow(key: string): key is ArrowKey {
  return key in directions
}

/** The nearest node in the direction of an arrow key; what lies off to the side counts as three times as far. */
export function neighborOf(nodes: readonly PlacedNode[], from: PlacedNode, key: ArrowKey): PlacedNode | undefined {
  const [dx, dy] = directions[key]
  let best: PlacedNode | undefined
  let bestCost = Number.POSITIVE_INFINITY
  for (const node of nodes) {
    const across = node.x + node.width / 2 - (from.x + from.width / 2)
    const down = node.y + node.height / 2 - (from.y + from.height / 2)
    const ahead = across * dx + down * dy
    if (node.id === from.id || ahead <= 1) continue
    const cost = ahead + 3 * Math.abs(across * dy + down * dx)
    if (cost < bestCost) [best, bestCost] = [node, cost]
  }
  return best
}
