/** What other pages ask of runs, and how they show them. */
export { CurveOverlay } from './compare/curves.tsx'
export { axesOf, fieldsOf, fieldValue, linesOf } from './compare/fields.ts'
export { trackingQueries } from './queries.ts'
export { FilterBox } from './runs/filter-box.tsx'
export { loggedColumns } from './runs/logged-columns.ts'
export { fieldColumn, nameColumn, statusColumn } from './runs/run-columns.tsx'
