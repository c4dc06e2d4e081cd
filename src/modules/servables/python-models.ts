import type { ServableContext } from './context.ts'
import { ensurePackageFolder } from './package-folder.ts'
import { ensurePythonModel } from './python-model.ts'
import type { Servables } from './service.ts'
import { toRuntime } from './source.ts'

type PythonModels = Pick<
  Servables,
  'readPython' | 'findExample' | 'ensurePythonModel' | 'openPythonModel' | 'environments'
>

export function createPythonModels(ctx: ServableContext): PythonModels {
  return {
    readPython: (format) => {
      ctx.pythonFormats.push(format)
    },
    findExample: async ({ files, signature }) => {
      for (const { example } of ctx.pythonFormats) {
        const file = files.find(({ path }) => path === example?.file)
        if (example === undefined || file === undefined) continue
        const text = (await ctx.platform.blobs.bytes(file.digest)).toString()
        return { file: example.file, rows: example.read(text, signature.inputs) }
      }
      return undefined
    },
    ensurePythonModel: (version, given) => ensurePythonModel(ctx, version, given),
    openPythonModel: async ({ digest, runtime }, onProgress) => {
      const interpreter = await ctx.environments.ensure(runtime.requirements, (line) =>
        onProgress(`building the Python environment: ${line}`),
      )
      const path = await ensurePackageFolder(ctx.platform, digest, runtime.files)
      return { path, runtime: toRuntime(ctx, runtime, interpreter) }
    },
    environments: () => ctx.environments,
  }
}
