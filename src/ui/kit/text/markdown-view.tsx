import classes from './markdown.module.css'
import { type Block, type Inline, parseInline, parseMarkdown } from './markdown.ts'

/** Markdown as elements; no HTML of the text is ever taken over. */
export function MarkdownView({ text }: { readonly text: string }) {
  return (
    <div className={classes.root}>
      {parseMarkdown(text).map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the blocks are drawn anew with every change of the text
        <BlockView key={index} block={block} />
      ))}
    </div>
  )
}

const headings = ['h2', 'h2', 'h3', 'h4', 'h5', 'h6'] as const

function BlockView({ block }: { readonly block: Block }) {
  if (block.kind === 'heading') {
    const Heading = headings[block.level - 1] ?? 'h6'
    return (
      <Heading data-level={block.level}>
        <Line text={block.text} />
      </Heading>
    )
  }
  if (block.kind === 'rule') return <hr />
  if (block.kind === 'code') return <pre>{block.text}</pre>
  if (block.kind === 'table') return <Table {...block} />
  if (block.kind === 'list') {
    const List = block.isOrdered ? 'ol' : 'ul'
    return (
      <List>
        {block.items.map((item) => (
          <li key={item}>
            <Line text={item} />
          </li>
        ))}
      </List>
    )
  }
  const Text = block.kind === 'quote' ? 'blockquote' : 'p'
  return (
    <Text>
      <Line text={block.text} />
    </Text>
  )
}

function Table({ head, rows }: { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }) {
  return (
    <table>
      <thead>
        <tr>
          {head.map((cell) => (
            <th key={cell}>
              <Line text={cell} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.join('|')}>
            {row.map((cell, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its place
              <td key={index}>
                <Line text={cell} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Line({ text }: { readonly text: string }) {
  return parseInline(text).map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place in the line
    <InlineView key={index} part={part} />
  ))
}

function InlineView({ part }: { readonly part: Inline }) {
  if (part.kind === 'link') {
    return (
      <a href={part.url} rel="noreferrer">
        {part.text}
      </a>
    )
  }
  if (part.kind === 'code') return <code>{part.text}</code>
  if (part.kind === 'strong') return <strong>{part.text}</strong>
  return part.kind === 'emphasis' ? <em>{part.text}</em> : part.text
}
