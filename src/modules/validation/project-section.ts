import { defineSection, type Resource } from '../../kernel/resource.ts'
import { GateDefinition } from './model.ts'
import type { Validation } from './service.ts'

/** `gates` in slipway.yaml. */
export const gateResource: Resource<Validation> = {
  noun: 'gate',
  find: (validation, name) => validation.getGate(name),
  section: defineSection({
    key: 'gates',
    schema: GateDefinition.omit({ name: true }).strict(),
    refersTo: ['model'],
    references: ({ model }) => [{ path: ['model'], noun: 'model', name: model }],
    apply: (validation: Validation, { name, entry }) => validation.applyGate({ name, ...entry }),
    decides: ['model', 'rules'],
  }),
}
