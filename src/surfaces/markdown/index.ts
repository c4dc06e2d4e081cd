/** The reference as Markdown pages, for people who read it in the repository: the same description as `/docs`, one page a topic. */
export { cliPage } from './cli-page.ts'
export { configPage } from './config-page.ts'
export { errorsPage } from './errors-page.ts'
export { operationsPage } from './operations-page.ts'
