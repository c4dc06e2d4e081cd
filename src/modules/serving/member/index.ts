import { defineModule } from '../../../platform/platform.ts'
import { servingConfig } from '../config.ts'
import { createMember } from './member.ts'
import { elsewhereRoutes } from './routes.ts'

/**
 * Serving on a host that only answers predictions (`slipway serve --data-plane-only`). It stands in the place of `serving`,
 * with its name, settings and folder; its tables are the control plane's, which makes them.
 */
export const servingMember = defineModule({
  name: 'serving',
  needs: {},
  config: servingConfig,
  migrations: [],
  events: [],
  operations: [],
  create: ({ platform, config }) => createMember(platform, config),
  routes: elsewhereRoutes,
  start: (member) => member.start(),
  ready: (member) => member.ready(),
  drain: (member) => member.drain(),
  stop: (member) => member.stop(),
})
