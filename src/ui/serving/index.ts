/** What other pages ask and tell of deployments. */
export { servingQueries } from './queries.ts'
export { sum } from './traffic-series.ts'
export { sharesOf } from './variant-shares.ts'
