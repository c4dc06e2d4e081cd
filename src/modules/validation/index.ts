/**
 * Validation: gates that a model version must pass before it may serve.
 *
 * Owns gates and verdicts. Promises: one verdict per gate and model version, whoever asks how often; a missing or
 * non-finite metric fails its rule; every check carries the value, the bound and a sentence that says why.
 * It decides and records; it moves no alias and deploys nothing.
 *
 * Emits validation.gate.decided.
 */
import { defineModule } from '../../platform/platform.ts'
import { registry } from '../registry/index.ts'
import { tracking } from '../tracking/index.ts'
import { createValidation } from './create.ts'
import { gateLineage } from './lineage.ts'
import { gateDecided } from './model.ts'
import { validationOperations } from './operations.ts'
import { gateResource } from './project-section.ts'
import { validationMigrations } from './tables.ts'

export { Check, Gate, GateDefinition, gateDecided, Rule, Verdict } from './model.ts'
export type { Question, Validation } from './service.ts'

export const validation = defineModule({
  name: 'validation',
  needs: { registry, tracking },
  config: {},
  migrations: validationMigrations,
  events: [gateDecided],
  operations: validationOperations,
  create: ({ platform, needs }) => ({ door: createValidation(platform, needs) }),
  declares: { resources: [gateResource], lineage: gateLineage },
})
