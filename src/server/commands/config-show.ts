import type { ConfigEntry, ConfigSchema } from '../../kernel/config.ts'
import { type Command, defineCommand } from '../../surfaces/cli/index.ts'
import { type CommandRoot, settingFields } from './command-root.ts'
import { flagsOf } from './serve.ts'

/** `slipway config show`: every setting with its value and where that came from; secrets are not printed. */
export function configShowCommand(root: CommandRoot): Command {
  return defineCommand({
    words: ['config', 'show'],
    summary: 'Show every setting of the server, its value and where that came from.',
    fields: settingFields(root),
    examples: ['slipway config show --port 8080'],
    run: async ({ input, environment, terminal, isJson }) => {
      const [{ readServerSection }, { allSettings }, { modules }, { resolveConfig }, { renderOutput }] =
        await Promise.all([
          import('../serve.ts'),
          import('../settings.ts'),
          import('../../app.ts'),
          import('../../kernel/config.ts'),
          import('../../surfaces/cli/render/output.ts'),
        ])
      const { config, ...settings } = input
      const file = await readServerSection(typeof config === 'string' ? config : 'slipway.yaml')
      const schema = allSettings(modules)
      const entries = resolveConfig(schema, { flags: flagsOf(settings), environment, file })
      const rows = [...entries].map(([key, entry]) => rowOf(key, entry, schema))
      terminal.write(isJson ? `${JSON.stringify({ items: rows }, null, 2)}\n` : renderOutput(rows, terminal, 0))
      return 0
    },
  })
}

function rowOf(key: string, entry: ConfigEntry, schema: ConfigSchema) {
  const isHidden = schema[key]?.secret === true && entry.value !== undefined
  return { key, value: isHidden ? '(secret)' : (entry.value ?? null), source: entry.source, origin: entry.origin }
}
