import {
  type Description,
  examplesOf,
  fieldsOf,
  type JsonSchema,
  type OperationDescription,
  typeText,
} from '../describe/index.ts'
import { Html, html, prose } from './html.ts'

export function renderOperation(operation: OperationDescription, schemas: Description['schemas']): Html {
  const examples = examplesOf(operation, schemas)
  return html`<article id="${operation.name}" data-find="${`${operation.name} ${operation.summary} ${operation.path}`.toLowerCase()}">
<div class="text">
<h3><a href="#${operation.name}">${operation.name}</a>${operation.stability === 'deprecated' ? html`<em>deprecated</em>` : ''}</h3>
<p class="route"><span class="method ${operation.method}">${operation.method}</span> <code>${operation.path}</code></p>
<p>${prose(operation.summary)}</p>
${operation.description === undefined ? '' : html`<p>${prose(operation.description)}</p>`}
${inputTable(operation)}
<p class="answer"><b>${operation.status}</b> <code>${typeLinks(typeText(operation.output), schemas)}</code></p>
${operation.errors.length === 0 ? '' : html`<p class="codes">${operation.errors.map((code) => html`<a href="#error-${code}">${code}</a> `)}</p>`}
</div>
<div class="examples">${example('HTTP', examples.curl)}${example('Command line', examples.cli)}${example('SDK', examples.sdk)}</div>
</article>`
}

function example(title: string, code: string): Html {
  return html`<figure><figcaption>${title}<button type="button" class="copy">Copy</button></figcaption><pre><code>${code}</code></pre></figure>`
}

function inputTable(operation: OperationDescription): Html | string {
  const fields = fieldsOf(operation)
  if (fields.length === 0) return ''
  return html`<table><tbody>${fields.map(({ name, schema, isRequired, place }) =>
    fieldRow(name, schema, isRequired ? `${place}, required` : place),
  )}</tbody></table>`
}

/** A shape as a table of fields, or as one type when it has none. */
export function renderFields(schema: JsonSchema): Html {
  const fields = Object.entries(schema.properties ?? {})
  if (fields.length === 0) return html`<p><code>${typeText(schema)}</code></p>`
  return html`<table><tbody>${fields.map(([name, field]) =>
    fieldRow(name, field, schema.required?.includes(name) ? '' : 'optional'),
  )}</tbody></table>`
}

function fieldRow(name: string, schema: JsonSchema, note: string): Html {
  const standard = schema.default === undefined ? '' : html` <small>default ${JSON.stringify(schema.default)}</small>`
  return html`<tr><td><code>${name}</code><small>${note}</small></td><td><code>${typeText(schema)}</code>${standard}${
    schema.description === undefined ? '' : html`<br>${prose(schema.description)}`
  }</td></tr>`
}

/** Names of shapes become links. */
function typeLinks(text: string, schemas: Description['schemas']): Html {
  const parts = text.split(/\b([A-Z]\w+)\b/)
  return new Html(
    parts
      .map((part, index) =>
        index % 2 === 1 && part in schemas ? html`<a href="#shape-${part}">${part}</a>` : html`${part}`,
      )
      .join(''),
  )
}
