import type { FieldSpec } from './manifest.ts'

/** Flags that every command has. */
export const globalFlags: readonly FieldSpec[] = [
  { name: 'json', kind: 'boolean', doc: 'Print the answer as JSON.' },
  { name: 'url', kind: 'text', doc: 'The server; default $SLIPWAY_URL, else http://127.0.0.1:5000.' },
  { name: 'help', kind: 'boolean', doc: 'Show this help.' },
]

/** Of commands that answer pages. */
export const allFlag: FieldSpec = { name: 'all', kind: 'boolean', doc: 'Fetch every page.' }
