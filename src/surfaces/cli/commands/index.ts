import type { Command } from '../command.ts'
import { apply } from './apply.ts'
import { completion } from './completion.ts'
import { datasetsAdd } from './datasets-add.ts'
import { datasetsDownload } from './datasets-download.ts'
import { deploy } from './deploy.ts'
import { deploymentsClient } from './deployments-client.ts'
import { deploymentsExport } from './deployments-export.ts'
import { events } from './events.ts'
import { batchesStart, deploymentsReplay } from './long-work.ts'
import { modelsAdd } from './models-add.ts'
import { modelsReproduce } from './models-reproduce.ts'
import { runsImportTensorboard } from './runs-import.ts'
import { version } from './version.ts'

/** Commands that need nothing but the SDK. Those that need the server itself come from the composition root. */
export const clientCommands: readonly Command[] = [
  apply,
  deploy,
  datasetsAdd,
  datasetsDownload,
  modelsAdd,
  modelsReproduce,
  runsImportTensorboard,
  events,
  deploymentsClient,
  deploymentsReplay,
  batchesStart,
  deploymentsExport,
  version,
  completion,
]
