/** Traces as a table, for the pages of what made them. */
export { TracesTable } from './traces-table.tsx'
