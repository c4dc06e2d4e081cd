/** The composition root: what Slipway is made of. A new module or dialect is a line here. */
import { inference } from './dialects/inference/index.ts'
import { mlflow } from './dialects/mlflow/index.ts'
import type { AnyDialect } from './kernel/module.ts'
import { datasets } from './modules/datasets/index.ts'
import { pipelines } from './modules/pipelines/index.ts'
import { registry } from './modules/registry/index.ts'
import { serving } from './modules/serving/index.ts'
import { tracking } from './modules/tracking/index.ts'
import type { Platform, PlatformModule } from './platform/platform.ts'

export const modules: readonly PlatformModule[] = [datasets, tracking, registry, pipelines, serving]

export const dialects: readonly AnyDialect<Platform>[] = [inference, mlflow]
