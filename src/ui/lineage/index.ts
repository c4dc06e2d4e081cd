/** The lineage graph as a picture, for the pages of the things in it. */
export { DrawnGraph } from './drawn-graph.tsx'
export { lineageQueries } from './queries.ts'
export { TracePanel } from './trace-panel.tsx'
