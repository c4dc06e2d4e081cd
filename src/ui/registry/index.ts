/** What other pages ask of models and their versions. */
export { registryQueries } from './queries.ts'
