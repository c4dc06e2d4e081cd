/** Markdown as a tree: what reports, model cards and notes use of it. Anything else stays the text it is. */

export type Inline =
  | { readonly kind: 'text' | 'code' | 'strong' | 'emphasis'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly url: string }

export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly text: string }
  | { readonly kind: 'paragraph' | 'quote'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'list'; readonly isOrdered: boolean; readonly items: readonly string[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: 'rule' }

export function parseMarkdown(text: string): readonly Block[] {
  const lines = text.replaceAll('\r\n', '\n').split('\n')
  const blocks: Block[] = []
  let at = 0
  while (at < lines.length) {
    if (lines[at]?.trim() === '') {
      at++
      continue
    }
    const [block, next] = readBlock(lines, at)
    blocks.push(block)
    at = next
  }
  return blocks
}

const item = /^\s*(?:[-*+]|\d+[.)])\s+/
const isTableLine = (line = '') => /^\s*\|.*\|\s*$/.test(line)
const startsBlock = (line: string) => line.trim() === '' || /^(#{1,6}\s|```|>|-{3,}\s*$)/.test(line) || item.test(line)

/** The block that begins at a line, and the line after it. */
function readBlock(lines: readonly string[], at: number): readonly [Block, number] {
  const line = lines[at] ?? ''
  const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line)
  if (heading !== null) return [{ kind: 'heading', level: heading[1]?.length ?? 1, text: heading[2] ?? '' }, at + 1]
  if (/^\s*(-{3,}|\*{3,})\s*$/.test(line)) return [{ kind: 'rule' }, at + 1]
  if (line.startsWith('```')) {
    const end = endOf(lines, at + 1, (each) => !each.startsWith('```'))
    return [{ kind: 'code', text: lines.slice(at + 1, end).join('\n') }, end + 1]
  }
  if (line.startsWith('>')) {
    const end = endOf(lines, at, (each) => each.startsWith('>'))
    return [
      {
        kind: 'quote',
        text: lines
          .slice(at, end)
          .map((each) => each.replace(/^>\s?/, ''))
          .join(' '),
      },
      end,
    ]
  }
  if (isTableLine(line) && /^\s*\|[\s:|-]+\|\s*$/.test(lines[at + 1] ?? '')) {
    const end = endOf(lines, at + 2, isTableLine)
    return [{ kind: 'table', head: cellsOf(line), rows: lines.slice(at + 2, end).map(cellsOf) }, end]
  }
  if (item.test(line)) {
    const end = endOf(lines, at, (each) => item.test(each) || (/^\s+\S/.test(each) && each.trim() !== ''))
    return [{ kind: 'list', isOrdered: /^\s*\d/.test(line), items: itemsOf(lines.slice(at, end)) }, end]
  }
  const end = endOf(lines, at + 1, (each) => !startsBlock(each))
  return [{ kind: 'paragraph', text: lines.slice(at, end).join(' ') }, end]
}

function endOf(lines: readonly string[], from: number, goesOn: (line: string) => boolean): number {
  let end = from
  while (end < lines.length && goesOn(lines[end] ?? '')) end++
  return end
}

function itemsOf(lines: readonly string[]): readonly string[] {
  const items: string[] = []
  for (const line of lines) {
    if (item.test(line)) items.push(line.replace(item, ''))
    else items[items.length - 1] += ` ${line.trim()}`
  }
  return items
}

const cellsOf = (line: string) =>
  line
    .trim()
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim())

const inline = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|\[([^\]]+)\]\(([^)\s]+)\)/g

/** Code, strong, emphasis and links of a line. A link that is no http(s) address and no path of ours stays text. */
export function parseInline(text: string): readonly Inline[] {
  const parts: Inline[] = []
  let end = 0
  for (const match of text.matchAll(inline)) {
    if (match.index > end) parts.push({ kind: 'text', text: text.slice(end, match.index) })
    const [whole, code, strong, emphasis, label, url] = match
    if (code !== undefined) parts.push({ kind: 'code', text: code })
    else if (strong !== undefined) parts.push({ kind: 'strong', text: strong })
    else if (emphasis !== undefined) parts.push({ kind: 'emphasis', text: emphasis })
    else if (label !== undefined && /^(https?:\/\/|\/(?!\/))/.test(url ?? ''))
      parts.push({ kind: 'link', text: label, url: url ?? '' })
    else parts.push({ kind: 'text', text: whole })
    end = match.index + whole.length
  }
  if (end < text.length) parts.push({ kind: 'text', text: text.slice(end) })
  return parts
}
