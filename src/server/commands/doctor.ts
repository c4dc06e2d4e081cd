import { type Command, defineCommand, paint } from '../../surfaces/cli/index.ts'
import { type CommandRoot, settingFields } from './command-root.ts'
import { flagsOf } from './serve.ts'

const marks = { ok: ['green', 'ok'], warning: ['yellow', 'warning'], failed: ['red', 'failed'] } as const

/** `slipway doctor`: looks at everything a start needs and says what to do about what is wrong. Changes nothing. */
export function doctorCommand(root: CommandRoot): Command {
  return defineCommand({
    words: ['doctor'],
    summary: 'Check everything the server needs, and say what to do about what is wrong.',
    description:
      'Takes the same settings as serve. Changes nothing. Exits with 1 when something would keep the server from starting.',
    fields: settingFields(root),
    examples: ['slipway doctor', 'slipway doctor --database-url postgres://slipway@db/slipway'],
    run: async ({ input, environment, terminal, isJson }) => {
      const [{ readServerSection }, { assembleConfig }, { modules }, { resolveConfig }, { runChecks }, { checks }] =
        await Promise.all([
          import('../serve.ts'),
          import('../settings.ts'),
          import('../../app.ts'),
          import('../../kernel/config.ts'),
          import('../doctor/check.ts'),
          import('../doctor/checks.ts'),
        ])
      const { config: path, ...settings } = input
      const file = await readServerSection(typeof path === 'string' ? path : 'slipway.yaml')
      const { config } = assembleConfig(modules, (schema) =>
        resolveConfig(schema, { flags: flagsOf(settings), environment, file }),
      )
      const findings = await runChecks(checks, { config, packageDir: root.packageDir })
      if (isJson) terminal.write(`${JSON.stringify({ items: findings }, null, 2)}\n`)
      else {
        const width = Math.max(...findings.map(({ name }) => name.length))
        for (const { name, state, detail, advice } of findings) {
          const [style, word] = marks[state]
          terminal.write(`${paint(terminal, style, word.padEnd(7))}  ${name.padEnd(width)}  ${detail}\n`)
          if (advice !== undefined) terminal.write(`${' '.repeat(11 + width)}${advice}\n`)
        }
      }
      return findings.some(({ state }) => state === 'failed') ? 1 : 0
    },
  })
}
