/**
 * The reference, written from the operations themselves: `/openapi.json` (OpenAPI 3.1) and `/docs`, one self-contained
 * page without external assets.
 */
export { descriptionRoutes } from './description-routes.ts'
