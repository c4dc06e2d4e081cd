import { z } from 'zod'
import { Nothing, operation } from '../../kernel/operation.ts'
import { pageOf, pageQuery } from '../../kernel/paging.ts'
import { Alert, Monitor, MonitorDefinition, WindowEvaluation } from './model.ts'
import type { Monitoring } from './service.ts'

export const applyMonitor = operation({
  name: 'monitors.apply',
  http: 'PUT /v1/monitors/{name}',
  summary: 'Create a monitor, or change the one of this name.',
  description:
    'Evaluated windows stay and the new definition counts from the next one on; another kind, window, deployment or reference starts anew.',
  input: MonitorDefinition,
  output: Monitor,
  allow: 'monitors:write',
  subject: 'monitor:{name}',
  run: (service: Monitoring, input) => service.applyMonitor(input),
})

export const getMonitor = operation({
  name: 'monitors.get',
  http: 'GET /v1/monitors/{name}',
  summary: 'One monitor with its health and what it watches now.',
  input: z.object({ name: z.string() }),
  output: Monitor,
  errors: ['monitor_not_found'],
  allow: 'monitors:read',
  subject: 'monitor:{name}',
  run: (service: Monitoring, input) => service.getMonitor(input.name),
})

export const listMonitors = operation({
  name: 'monitors.list',
  http: 'GET /v1/monitors',
  summary: 'All monitors, by name.',
  input: z.object({ ...pageQuery, deployment: z.string().optional() }),
  output: pageOf(Monitor),
  allow: 'monitors:read',
  subject: 'monitors',
  run: (service: Monitoring, input) => service.listMonitors(input),
})

export const deleteMonitor = operation({
  name: 'monitors.delete',
  http: 'DELETE /v1/monitors/{name}',
  summary: 'Delete a monitor with its windows; its open alert is closed and kept.',
  input: z.object({ name: z.string() }),
  output: Nothing,
  errors: ['monitor_not_found'],
  allow: 'monitors:write',
  subject: 'monitor:{name}',
  run: (service: Monitoring, input) => service.deleteMonitor(input.name).then(() => ({})),
})

export const evaluateMonitor = operation({
  name: 'monitors.evaluate',
  http: 'POST /v1/monitors/{name}/evaluate',
  summary: 'Evaluate every window that is complete now, without waiting for the next prediction.',
  input: z.object({ name: z.string() }),
  output: z.object({ windows: z.number().int().describe('How many windows were evaluated by this call.') }),
  errors: ['monitor_not_found'],
  allow: 'monitors:write',
  subject: 'monitor:{name}',
  run: (service: Monitoring, input) => service.evaluateMonitor(input.name).then((windows) => ({ windows })),
})

export const listWindows = operation({
  name: 'monitors.windows.list',
  http: 'GET /v1/monitors/{monitor}/windows',
  summary: 'Evaluated windows of a monitor, newest first.',
  input: z.object({ ...pageQuery, monitor: z.string() }),
  output: pageOf(WindowEvaluation),
  errors: ['monitor_not_found'],
  allow: 'monitors:read',
  subject: 'monitor:{monitor}',
  run: (service: Monitoring, input) => service.listWindows(input),
})

export const getWindow = operation({
  name: 'monitors.windows.get',
  http: 'GET /v1/windows/{window}',
  summary: 'One evaluated window with the drift of each feature or the quality of its predictions.',
  input: z.object({ window: z.string() }),
  output: WindowEvaluation,
  errors: ['window_not_found'],
  allow: 'monitors:read',
  subject: 'window:{window}',
  run: (service: Monitoring, input) => service.getWindow(input.window),
})

export const listAlerts = operation({
  name: 'alerts.list',
  http: 'GET /v1/alerts',
  summary: 'Alerts, newest first.',
  input: z.object({
    ...pageQuery,
    deployment: z.string().optional(),
    monitor: z.string().optional().describe('Name of a monitor or of a watch.'),
    run: z.string().optional().describe('Id of the run whose metrics they are about.'),
    state: z.enum(['open', 'closed']).optional(),
  }),
  output: pageOf(Alert),
  allow: 'monitors:read',
  subject: 'alerts',
  run: (service: Monitoring, input) => service.listAlerts(input),
})

export const getAlert = operation({
  name: 'alerts.get',
  http: 'GET /v1/alerts/{alert}',
  summary: 'One alert.',
  input: z.object({ alert: z.string() }),
  output: Alert,
  errors: ['alert_not_found'],
  allow: 'monitors:read',
  subject: 'alert:{alert}',
  run: (service: Monitoring, input) => service.getAlert(input.alert),
})

export const monitoringOperations = [
  applyMonitor,
  getMonitor,
  listMonitors,
  deleteMonitor,
  evaluateMonitor,
  listWindows,
  getWindow,
  listAlerts,
  getAlert,
]
