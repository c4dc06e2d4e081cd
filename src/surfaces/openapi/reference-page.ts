import { errorKinds } from '../../kernel/errors.ts'
import type { Description, OperationDescription } from '../describe/index.ts'
import { Html, html, prose } from './html.ts'
import { renderFields, renderOperation } from './reference-operation.ts'
import { script, style } from './reference-style.ts'

/** The whole reference as one page: no other file is loaded, so it also works saved to disk. */
export function renderReference(description: Description, version: string): string {
  const groups = groupByNoun(description.operations)
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Slipway reference</title>
<style>${new Html(style)}</style>
</head>
<body>
<nav aria-label="Reference">
<a class="brand" href="/">Slipway <small>${version}</small></a>
<input id="search" type="search" placeholder="Search  /" aria-label="Search operations" autocomplete="off">
<p id="none" hidden>Nothing matches.</p>
${[...groups].map(([noun, operations]) => navGroup(noun, operations))}
<div class="group"><h2>More</h2><a href="#routes">Raw routes</a><a href="#shapes">Shapes</a><a href="#errors">Errors</a><a href="/openapi.json">openapi.json</a></div>
</nav>
<main>
<h1>Reference</h1>
<p class="lead">Every operation is an HTTP route, a command and an SDK method. Unknown fields are refused; every failure is a
problem document with a stable <a href="#errors">code</a>. With <code>auth.token</code> set, send
<code>Authorization: Bearer …</code>.</p>
${[...groups].map(
  ([noun, operations]) =>
    html`<section><h2 id="${noun}">${noun}</h2>${operations.map((each) => renderOperation(each, description.schemas))}</section>`,
)}
${routesSection(description)}
${shapesSection(description)}
${errorsSection(description)}
</main>
<script>${new Html(script)}</script>
</body>
</html>
`.text
}

function groupByNoun(operations: readonly OperationDescription[]): Map<string, OperationDescription[]> {
  const groups = new Map<string, OperationDescription[]>()
  for (const operation of operations) {
    const noun = operation.noun[0] ?? operation.name
    groups.set(noun, [...(groups.get(noun) ?? []), operation])
  }
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function navGroup(noun: string, operations: readonly OperationDescription[]): Html {
  return html`<div class="group"><h2>${noun}</h2>${operations.map(
    ({ name, summary }) =>
      html`<a href="#${name}" data-find="${`${name} ${summary}`.toLowerCase()}">${name.slice(noun.length + 1)}</a>`,
  )}</div>`
}

function routesSection({ routes }: Description): Html {
  return html`<section><h2 id="routes">Raw routes</h2>
<p>Uploads, streams and the protocols of other tools.</p>
<table><tbody>${routes.map(
    ({ method, path, summary }) =>
      html`<tr><td><span class="method ${method}">${method}</span></td><td><code>${path}</code></td><td>${prose(summary)}</td></tr>`,
  )}</tbody></table></section>`
}

function shapesSection({ schemas }: Description): Html {
  return html`<section><h2 id="shapes">Shapes</h2>${Object.entries(schemas).map(
    ([name, schema]) => html`<article id="shape-${name}"><h3>${name}</h3>
${schema.description === undefined ? '' : html`<p>${prose(schema.description)}</p>`}${renderFields(schema)}</article>`,
  )}</section>`
}

function errorsSection({ errors }: Description): Html {
  return html`<section><h2 id="errors">Errors</h2><table><tbody>${Object.entries(errors).map(
    ([
      code,
      { kind, message, hint },
    ]) => html`<tr id="error-${code}"><td><code>${code}</code></td><td>${errorKinds[kind].http}</td>
<td>${prose(message)}${hint === undefined ? '' : html`<br><small>${prose(hint)}</small>`}</td></tr>`,
  )}</tbody></table></section>`
}
