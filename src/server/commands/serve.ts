import { type Command, defineCommand, flagOf, paint } from '../../surfaces/cli/index.ts'
import { type CommandRoot, settingFields } from './command-root.ts'

/** `slipway serve`: the server in this process, until a signal. */
export function serveCommand(root: CommandRoot): Command {
  return defineCommand({
    words: ['serve'],
    summary: 'Start the server.',
    description:
      'Settings come from flags, then SLIPWAY_… variables, then the server section of slipway.yaml, then defaults.',
    fields: settingFields(root),
    examples: [
      'slipway serve',
      'slipway serve --port 8080 --data-dir /var/lib/slipway',
      'slipway serve --database-url postgres://slipway@db/slipway',
      'slipway serve --data-plane-only --database-url postgres://slipway@db/slipway --blob-url s3://bucket/slipway',
    ],
    run: async ({ input, environment, terminal, signal }) => {
      const [{ serve }, { releaseMemoryWhenIdle }, app] = await Promise.all([
        import('../serve.ts'),
        import('../../platform/runtime/index.ts'),
        import('../../app.ts'),
      ])
      const { config, ...settings } = input
      const server = await serve({
        flags: flagsOf(settings),
        environment,
        configPath: typeof config === 'string' ? config : 'slipway.yaml',
        whole: app.whole,
        member: app.member,
        packageDir: root.packageDir,
      })
      terminal.write(`Slipway ready at ${paint(terminal, 'bold', server.url)} in ${Math.round(root.uptimeMs())} ms\n`)
      const keepMemory = releaseMemoryWhenIdle()
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve()
        else signal.addEventListener('abort', () => resolve(), { once: true })
      })
      keepMemory()
      await server.stop()
      return 0
    },
  })
}

/** Settings by flag name, as the configuration wants them: as typed. */
export function flagsOf(settings: Readonly<Record<string, unknown>>): Record<string, string | boolean> {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [flagOf(key), typeof value === 'boolean' ? value : String(value)]),
  )
}
