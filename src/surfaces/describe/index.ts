/**
 * Operations as plain data: names, routes and JSON Schemas with shared shapes pulled out by name. OpenAPI, the CLI's command
 * tree, the SDK and the reference pages are all written from this one description and never look at a zod schema.
 */

export { describe } from './describe.ts'
export {
  type Description,
  type EventTypeDescription,
  type FieldDescription,
  fieldsOf,
  isPaged,
  type JsonSchema,
  type OperationDescription,
  type RouteDescription,
  refName,
  type SettingDescription,
} from './description.ts'
export { examplesOf } from './example.ts'
export { type NamedDoor, nameSchemas } from './schema-names.ts'
export { propertyName, typeText } from './type-text.ts'
