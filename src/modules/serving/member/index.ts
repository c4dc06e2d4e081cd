import { defineModule } from '../../../platform/platform.ts'
import { servingConfig } from '../config.ts'
import { createMember } from './member.ts'
import { elsewhereRoutes } from './routes.ts'

/**
 * Serving on a host that only answers predictions (`slipway serve --data-plane-only`). It stands in the place of `serving`
 * and of what that needs, with its name, settings and folder; its tables are the control plane's, which makes them.
 */
export const servingMember = defineModule({
  name: 'serving',
  needs: {},
  config: servingConfig,
  migrations: [],
  events: [],
  operations: [],
  create: ({ platform, config }) => ({ door: createMember(platform, config) }),
  routes: elsewhereRoutes,
  start: ({ door }) => door.start(),
  ready: ({ door }) => door.ready(),
  drain: ({ door }) => door.drain(),
  stop: ({ door }) => door.stop(),
})
