import { lexer, type MarkedToken, type Token, type Tokens } from 'marked'
import classes from './markdown.module.css'
import { safeLink } from './safe-link.ts'

/** Markdown as elements; no HTML of the text is ever taken over, and images are links, as a page must not load what a text names. */
export function MarkdownView({ text }: { readonly text: string }) {
  return (
    <div className={classes.root}>
      <Parts of={lexer(text)} />
    </div>
  )
}

function Parts({ of: tokens }: { readonly of: readonly Token[] | undefined }) {
  return tokens?.map((token, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: everything is drawn anew with every change of the text
    <Part key={index} token={token as MarkedToken} />
  ))
}

const headings = ['h2', 'h2', 'h3', 'h4', 'h5', 'h6'] as const
const plain = {
  paragraph: 'p',
  blockquote: 'blockquote',
  strong: 'strong',
  em: 'em',
  del: 'del',
} as const

function Part({ token }: { readonly token: MarkedToken }) {
  switch (token.type) {
    case 'heading': {
      const Heading = headings[token.depth - 1] ?? 'h6'
      return (
        <Heading data-level={token.depth}>
          <Parts of={token.tokens} />
        </Heading>
      )
    }
    case 'paragraph':
    case 'blockquote':
    case 'strong':
    case 'em':
    case 'del': {
      const Element = plain[token.type]
      return (
        <Element>
          <Parts of={token.tokens} />
        </Element>
      )
    }
    case 'text':
      return token.tokens === undefined ? token.text : <Parts of={token.tokens} />
    case 'code':
      return <pre>{token.text}</pre>
    case 'codespan':
      return <code>{token.text}</code>
    case 'hr':
      return <hr />
    case 'br':
      return <br />
    case 'list':
      return <List {...token} />
    case 'table':
      return <Table {...token} />
    case 'link':
    case 'image':
      return <Link token={token} />
    case 'space':
    case 'def':
    case 'checkbox':
      return null
    default:
      return token.text
  }
}

function List({ ordered, items, start }: Tokens.List) {
  const Element = ordered ? 'ol' : 'ul'
  return (
    <Element {...(ordered && start !== 1 ? { start: Number(start) } : {})}>
      {items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an item is its place
        <li key={index}>
          {item.task && <input type="checkbox" checked={item.checked === true} readOnly disabled />}
          <Parts of={item.tokens} />
        </li>
      ))}
    </Element>
  )
}

function Table({ header, rows }: Tokens.Table) {
  const row = (cells: readonly Tokens.TableCell[], Cell: 'th' | 'td') =>
    cells.map((cell, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its place
      <Cell key={index} {...(cell.align === null ? {} : { align: cell.align })}>
        <Parts of={cell.tokens} />
      </Cell>
    ))
  return (
    <table>
      <thead>
        <tr>{row(header, 'th')}</tr>
      </thead>
      <tbody>
        {rows.map((cells, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
          <tr key={index}>{row(cells, 'td')}</tr>
        ))}
      </tbody>
    </table>
  )
}

function Link({ token }: { readonly token: Tokens.Link | Tokens.Image }) {
  const address = safeLink(token.href)
  if (address === undefined) return token.raw
  const text = token.type === 'image' ? token.text || token.href : <Parts of={token.tokens} />
  return (
    <a href={address} rel="noreferrer">
      {text}
    </a>
  )
}
