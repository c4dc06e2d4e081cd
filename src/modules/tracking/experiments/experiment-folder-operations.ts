import { z } from 'zod'
import { operation } from '../../../kernel/operation.ts'
import { ExperimentFolder } from './experiment-folder.ts'
import type { ExperimentFolders } from './experiment-folders.ts'

const folder = z.string().trim().max(480)

const list = operation({
  name: 'experiments.folders.list',
  http: 'GET /v1/experiment-folders',
  summary: 'List the folders that the names of experiments make, with what is in them.',
  description: 'An experiment named team/vision/boats stands in team/vision, and team/vision in team.',
  input: z.object({}),
  output: z.object({ items: z.array(ExperimentFolder) }),
  allow: 'experiments:read',
  subject: 'experimentFolders',
  run: async (tracking: ExperimentFolders) => ({ items: await tracking.listFolders() }),
})

const move = operation({
  name: 'experiments.folders.move',
  http: 'POST /v1/experiment-folders/move',
  summary: 'Move a folder: rename every experiment in it, all or none.',
  description: 'One experiment is moved by renaming it: slipway experiments update boats --name team/vision/boats.',
  input: z.object({
    from: folder.min(1),
    to: folder.describe('Its new path; empty puts what is in it at the top.'),
  }),
  output: z.object({ movedCount: z.number().int() }),
  errors: ['folder_not_found', 'folder_move_invalid', 'experiment_exists'],
  allow: 'experiments:write',
  subject: 'experimentFolders',
  cli: { args: ['from', 'to'], examples: ['slipway experiments folders move team/vision archive/vision'] },
  run: async (tracking: ExperimentFolders, { from, to }) => ({
    movedCount: await tracking.moveFolder(trimmed(from), trimmed(to)),
  }),
})

/** `team/vision/` is the same folder. */
const trimmed = (path: string) => path.replace(/\/+$/, '')

export const folderOperations = [list, move]
