import { environmentName, flagName } from '../../kernel/config.ts'
import type { Description } from '../describe/index.ts'
import { generatedNote, table } from './table.ts'

/** Every setting with its flag, its variable and its meaning. */
export function configPage({ settings }: Description): string {
  const rows = settings.map(({ key, schema, doc, isSecret }) => [
    `\`${key}\``,
    `\`--${flagName(key)}\`\n\`${environmentName(key)}\``,
    schema.default === undefined ? '' : `\`${JSON.stringify(schema.default)}\``,
    `${doc}${schema.enum === undefined ? '' : ` One of ${schema.enum.map(String).join(', ')}.`}${isSecret ? ' Never printed.' : ''}`,
  ])
  return `${generatedNote}# Configuration

A setting is taken from the flags of \`slipway serve\`, else from an environment variable, else from the \`server\` section of
\`slipway.yaml\` (or of the file that \`--config\` names), else from its default. All problems are reported at once. Unknown flags,
\`SLIPWAY_…\` variables and keys are problems too. \`slipway config show\` prints what holds and where it came from.

${table(['key', 'flag and variable', 'default', 'meaning'], rows)}
## The client

| variable | meaning |
| --- | --- |
| \`SLIPWAY_URL\` | The server that commands and \`slipway/step\` talk to; default \`http://127.0.0.1:5000\`. |
| \`SLIPWAY_TOKEN\` | The token they send. |
| \`NO_COLOR\` | Any value turns colors off. |
`
}
