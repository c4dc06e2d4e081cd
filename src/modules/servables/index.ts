/**
 * Servables: what of a registered version can be loaded, and how. ONNX files, Python models with their environments, graphs
 * of other versions with functions between them, and models that another server has.
 *
 * Promises: a version is opened in a process of its own before anybody relies on it; what was found is known by the digest
 * of the content; a model that was servable once can be made runnable again on another day or host.
 */
import { defineModule } from '../../platform/platform.ts'
import { registry } from '../registry/index.ts'
import { createServables } from './create.ts'
import { modelOperations } from './operations.ts'
import { servableMigrations } from './tables.ts'

export type { SourceContext } from './context.ts'
export type { InputExample, PythonFormat } from './formats.ts'
export { ModelSignature, type ServableVariant, servableErrors, TensorSpec } from './model.ts'
export { openModels } from './open-models.ts'
export type { OnProgress, Servables } from './service.ts'
export { type FoundSource, findSource } from './source.ts'
export type { OnnxForm, PackageFile, StoredModel, StoredPython } from './stored-model.ts'

export const servables = defineModule({
  name: 'servables',
  needs: { registry },
  config: {},
  migrations: servableMigrations,
  events: [],
  operations: modelOperations,
  create: ({ platform, needs }) => ({ door: createServables(platform, needs.registry) }),
})
