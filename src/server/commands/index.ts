import type { Command } from '../../surfaces/cli/index.ts'
import type { CommandRoot } from './command-root.ts'
import { configShowCommand } from './config-show.ts'
import { doctorCommand } from './doctor.ts'
import { serveCommand } from './serve.ts'
import { servePackageCommand } from './serve-package.ts'

/** Commands that are the server, or look at its settings. Light: each loads what it needs when it runs. */
export function serverCommands(root: CommandRoot): Command[] {
  return [serveCommand(root), servePackageCommand(root), doctorCommand(root), configShowCommand(root)]
}
