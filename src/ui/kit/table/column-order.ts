/** Things in the order the reader gave them; those the reader never moved keep their places after the moved ones. */
export function inOrder<Item extends { readonly id: string }>(
  items: readonly Item[],
  order: readonly string[],
): readonly Item[] {
  if (order.length === 0) return items
  const place = new Map(order.map((id, index) => [id, index]))
  const moved = items.filter(({ id }) => place.has(id))
  const rest = items.filter(({ id }) => !place.has(id))
  return [...moved.sort((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0)), ...rest]
}

/** The order after `id` was put where `target` stands: only as long as it must be, because it is kept in the address. */
export function moved(shown: readonly string[], id: string, target: string): readonly string[] {
  const from = shown.indexOf(id)
  const to = shown.indexOf(target)
  if (from < 0 || to < 0 || from === to) return shown
  const without = shown.filter((each) => each !== id)
  without.splice(to, 0, id)
  return without.slice(0, Math.max(from, to) + 1)
}
