import type { Platform } from '../../platform/platform.ts'
import type { Registry } from '../registry/index.ts'
import type { ServableContext, SourceContext } from './context.ts'
import { graphReader } from './graphs/read-graph.ts'
import { graphFormat } from './model-files.ts'
import { createModels } from './models.ts'
import { createOnnxForms } from './onnx-forms.ts'
import { openModels } from './open-models.ts'
import { createPythonModels } from './python-models.ts'
import { createRemoteModels } from './remote-model.ts'
import type { Servables } from './service.ts'
import type { ServableTables } from './tables.ts'

export function createServables(platform: Platform, registry: Registry): Servables {
  let opened: SourceContext | undefined
  const open = () => {
    if (opened === undefined) throw new Error('models are used before they were opened')
    return opened
  }
  const ctx: ServableContext = {
    platform,
    db: platform.db.typed<ServableTables>(),
    registry,
    checkedExamples: new Set(),
    pythonFormats: [],
    get environments() {
      return open().environments
    },
    get python() {
      return open().python
    },
    get functions() {
      return open().functions
    },
    get remoteHosts() {
      return open().remoteHosts
    },
  }
  return {
    open: async (settings) => {
      opened = await openModels(platform, settings)
      registry.readFormat(graphFormat, graphReader(ctx))
    },
    ...createModels(ctx),
    ...createPythonModels(ctx),
    ...createRemoteModels(ctx),
    ...createOnnxForms(ctx),
  }
}
