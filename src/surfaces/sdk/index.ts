/** Writes the SDK's generated files from the description of the operations: readable code, no computed types. */
export { generateSdk } from './generate.ts'
