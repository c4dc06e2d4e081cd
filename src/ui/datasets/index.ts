/** What other pages ask of datasets. */
export { datasetQueries } from './queries.ts'
