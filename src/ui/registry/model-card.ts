import type { ModelVersion, Run, RunInput, Verdict } from '../ground/wire.ts'
import { formatBytes, formatNumber, formatTime } from '../kit/format.ts'

export interface CardFacts {
  readonly version: ModelVersion
  readonly run?: Run | undefined
  readonly inputs?: readonly RunInput[] | undefined
  readonly verdicts?: readonly Verdict[] | undefined
}

/** A model card from what is on record, as Markdown; what only people know is left as questions to answer. */
export function generateCard({ version, run, inputs = [], verdicts = [] }: CardFacts): string {
  const parts = [
    `# ${version.model}/${version.version}`,
    '## Intended use\n\n*What is it for, and what is it not for?*',
    `## Model\n\n${table(['Fact', 'Value'], modelFacts(version))}`,
    fieldsText('Inputs', version.signature?.inputs),
    fieldsText('Outputs', version.signature?.outputs),
    inputs.length === 0 ? '' : `## Training data\n\n${inputs.map(inputText).join('\n')}`,
    run === undefined ? '' : trainingText(run),
    verdicts.length === 0 ? '' : `## Gates\n\n${verdicts.map(verdictText).join('\n')}`,
    '## Limits and risks\n\n*Where does it fail, and whom could that harm?*',
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function modelFacts(version: ModelVersion): readonly (readonly string[])[] {
  return [
    ['Registered', `${formatTime(version.createdAt).slice(0, 16)} by ${version.createdBy}`],
    ['Format', `${version.format}, ${formatBytes(version.sizeBytes)}`],
    ['Digest', `\`${version.digest}\``],
    ...(version.aliases.length === 0 ? [] : [['Aliases', version.aliases.join(', ')]]),
  ]
}

function fieldsText(title: string, fields: readonly Readonly<Record<string, unknown>>[] | undefined): string {
  if (fields === undefined || fields.length === 0) return ''
  const rows = fields.map((field) => [
    String(field.name ?? 'unnamed'),
    String(field.datatype ?? field.type ?? ''),
    field.shape === undefined ? '' : JSON.stringify(field.shape),
  ])
  return `### ${title}\n\n${table(['Name', 'Type', 'Shape'], rows)}`
}

const inputText = ({ name, digest, context }: RunInput) =>
  `- ${name}${context === '' ? '' : ` (${context})`}, digest \`${digest.slice(0, 12)}\``

function trainingText({ name, id, source, params, metrics }: Run): string {
  const commit = source.commit === undefined ? '' : `, commit \`${source.commit.slice(0, 12)}\``
  const values = metrics.map(({ key, value }) => [key, formatNumber(Number(value))])
  return [
    `## Training\n\nRun [${name}](/runs/${encodeURIComponent(id)})${commit}.`,
    Object.keys(params).length === 0 ? '' : table(['Parameter', 'Value'], Object.entries(params)),
    values.length === 0 ? '' : table(['Metric', 'Latest value'], values),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

const verdictText = ({ gate, passed, summary }: Verdict) =>
  `- **${gate}** ${passed ? 'passed' : 'refused it'}: ${summary}`

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll(/[|\n]/g, ' ')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
