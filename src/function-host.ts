/** Entry of a process that runs the functions of an inference graph: `node function-host.ts <unix socket>`. */
import { inspect } from 'node:util'
import { serveFunctions } from './platform/runtimes/functions/index.ts'

const [socketPath] = process.argv.slice(2)

if (socketPath !== undefined) {
  // What ends the terminal's processes is for the server to decide.
  process.on('SIGINT', () => {})
  const report = (error: unknown) => process.stderr.write(`${inspect(error)}\n`)
  // A promise that a function forgot must not end the run of whoever comes after it.
  process.on('unhandledRejection', report)
  serveFunctions(socketPath, () => process.exit(0), report)
}
