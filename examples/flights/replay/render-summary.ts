/** The summary for people. */
import type { Check, VariantEvidence } from '../../../src/sdk/index.ts'
import type { Summary } from './summary.ts'

export function renderSummary(summary: Summary & { readonly url: string; readonly seconds: number }): string {
  const { counts } = summary
  const lines = [
    '',
    `The loop took ${summary.seconds} s. ${counts.predictions} flights were predicted and ${counts.labels} of them landed;`,
    `${counts.datasetVersions} dataset versions and ${counts.modelVersions} model versions were made, ${counts.succeededRuns} pipeline runs succeeded.`,
    '',
    'What happened, and why',
    ...summary.alerts.map((alert) => `  Alert of ${alert.monitor} (${alert.id}): ${alert.summary}`),
    ...summary.decisions.map((decision) => `  ${decision.state} (${decision.id}): ${decision.summary}`),
    '',
    'Models',
    ...summary.models.flatMap(modelLines),
    ...summary.rollouts.flatMap(rolloutLines),
    '',
    `Champion is version ${summary.champion.version} (${summary.champion.modelVersionId}).`,
    '',
  ]
  return `${lines.join('\n')}\n`
}

function modelLines({ version, modelVersionId, aliases, trainedOn, verdict }: Summary['models'][number]): string[] {
  const alias = aliases.length === 0 ? '' : ` [${aliases.join(', ')}]`
  return [
    `  Version ${version}${alias} (${modelVersionId}), trained on ${trainedOn.join(', ') || 'no recorded dataset'}`,
    ...(verdict?.checks ?? []).map((check) => `    gate: ${checkText(check)}`),
  ]
}

function checkText({ passed, skipped, why }: Check): string {
  return `${skipped === true ? 'skipped' : passed ? 'passed' : 'failed'}, ${why}`
}

function rolloutLines({ id, version, replaces, state, evidence }: Summary['rollouts'][number]): string[] {
  const head = `  Version ${version} against version ${replaces} as canary (${id}): ${state}`
  if (evidence === undefined) return [head]
  return [
    head,
    `    version ${version}: ${evidenceText(evidence.candidate)}`,
    `    version ${replaces}: ${evidenceText(evidence.champion)}`,
    ...evidence.checks.map((check) => `    ${check.passed ? 'passed' : 'failed'}: ${check.why}`),
  ]
}

function evidenceText({ predictionCount, labelCount, logLoss, auc }: VariantEvidence): string {
  const measured = [
    logLoss === undefined ? '' : `, log loss ${logLoss.toFixed(4)}`,
    auc === undefined ? '' : `, AUC ${auc.toFixed(4)}`,
  ]
  return `${predictionCount} predictions, ${labelCount} labels${measured.join('')}`
}
