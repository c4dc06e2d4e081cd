/** Text that is already HTML; anything else that enters a template is escaped. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toString(): string {
    return this.text
  }
}

/** html`<p>${text}</p>`: values are escaped, `Html` and lists of it go in as they are, undefined and false as nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly unknown[]): Html {
  return new Html(
    parts.reduce((text, part, index) => text + part + (index < values.length ? show(values[index]) : ''), ''),
  )
}

function show(value: unknown): string {
  if (value === undefined || value === null || value === false) return ''
  if (value instanceof Html) return value.text
  if (Array.isArray(value)) return value.map(show).join('')
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** `code` in backticks becomes <code>. */
export function prose(text: string): Html {
  const parts = text.split(/`([^`]+)`/)
  return new Html(
    parts.map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`).text).join(''),
  )
}
