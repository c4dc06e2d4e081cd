import { defineSection, type Resource } from '../../kernel/resource.ts'
import { MonitorDefinition } from './model.ts'
import type { Monitoring } from './service.ts'

const Entry = MonitorDefinition.omit({ name: true }).strict()

/** `monitors` in slipway.yaml. */
export const monitorResource: Resource<Monitoring> = {
  noun: 'monitor',
  find: (monitoring, name) => monitoring.getMonitor(name),
  section: defineSection({
    key: 'monitors',
    schema: Entry,
    refersTo: ['deployment'],
    references: ({ deployment }) => [{ path: ['deployment'], noun: 'deployment', name: deployment }],
    apply: (monitoring: Monitoring, { name, entry }) => monitoring.applyMonitor({ name, ...entry }),
    decides: Object.keys(Entry.shape),
  }),
}
