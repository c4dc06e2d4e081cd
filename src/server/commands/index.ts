import type { Command } from '../../surfaces/cli/index.ts'
import type { CommandRoot } from './command-root.ts'
import { configShowCommand } from './config-show.ts'
import { doctorCommand } from './doctor.ts'
import { runCommand } from './run.ts'
import { serveCommand } from './serve.ts'
import { servePackageCommand } from './serve-package.ts'
import { syncCommand } from './sync.ts'

/** Commands that are the server, look at its settings, or know its dialects. Light: each loads what it needs when it runs. */
export function serverCommands(root: CommandRoot): Command[] {
  return [
    serveCommand(root),
    servePackageCommand(root),
    doctorCommand(root),
    configShowCommand(root),
    runCommand(root),
    syncCommand(root),
  ]
}
