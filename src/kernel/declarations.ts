import type { LineageDeclaration } from './lineage.ts'
import type { Resource, SectionField } from './resource.ts'

/** What a module enters into the tables that other modules keep. Those modules know the tables and none of the entries. */
export interface Declarations<Door> {
  readonly resources?: readonly Resource<Door>[]
  readonly sectionFields?: readonly SectionField[]
  readonly lineage?: LineageDeclaration<Door>
}

/** What one module declares, with the door that its functions take. */
export interface Declared {
  readonly declares: Declarations<unknown>
  readonly door: unknown
}
