/** The composition root: what Slipway is made of. A new dialect is a line here, a new module one in modules.ts. */
import { inference, memberInference } from './dialects/inference/index.ts'
import { mlflow } from './dialects/mlflow/index.ts'
import { otlp } from './dialects/otlp/index.ts'
import type { AnyDialect } from './kernel/module.ts'
import { orderByNeeds } from './kernel/module-order.ts'
import * as doorsByName from './modules.ts'
import type { Platform, PlatformModule } from './platform/platform.ts'

type Named = typeof doorsByName
const named: { readonly [Name in keyof Named]: Readonly<Record<Name, PlatformModule>> } = doorsByName
const definitionOf = <Name extends keyof Named>(name: Name): PlatformModule => named[name][name]

export const modules: readonly PlatformModule[] = orderByNeeds(
  (Object.keys(named) as (keyof Named)[]).map(definitionOf),
)

export const dialects: readonly AnyDialect<Platform>[] = [inference, mlflow, otlp]

/** What each module exports: shared shapes take their names in the reference and the SDK from it. */
export const doors = modules.map(({ name }) => ({ name, exports: named[name as keyof Named] }))

/** `slipway serve`. */
export const whole = { modules, dialects, doors }

const { serving, scoring, delivery } = doorsByName

/** `slipway serve --data-plane-only`: in the place of all that. */
export const member = {
  modules: [serving.servingMember, scoring.scoringMember, delivery.deliveryMember],
  dialects: [memberInference],
  check: serving.requireSharedStores,
}
