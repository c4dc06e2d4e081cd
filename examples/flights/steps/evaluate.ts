/** Measures the new model, and the champion if there is one, on the same flights, which come after those it was trained on. */
import { step } from 'slipway/step'
import { openDuckDb, quote, readExamples } from '../model/feature-table.ts'
import { accuracy, auc, logLoss } from '../model/measures.ts'
import { predictOnnx } from '../model/onnx-model.ts'

await step(async ({ input, findInput, log }) => {
  const db = await openDuckDb()
  const { columns, late } = await readExamples(db, quote(input('features').file()), "part = 'holdout'")
  const measure = async (path: string) => {
    const probability = await predictOnnx(path, columns)
    return {
      auc: auc(probability, late),
      logLoss: logLoss(probability, late),
      accuracy: accuracy(probability, late),
      meanProbability: probability.reduce((sum, p) => sum + p, 0) / probability.length,
    }
  }
  const candidate = await measure(input('candidate').file('model.onnx'))
  log(`candidate: AUC ${candidate.auc.toFixed(4)}, log loss ${candidate.logLoss.toFixed(4)}`)
  const metrics: Record<string, number> = { ...candidate, holdoutRows: late.length }

  const champion = findInput('champion')
  if (champion !== undefined) {
    const measured = await measure(champion.file('model.onnx'))
    log(`champion:  AUC ${measured.auc.toFixed(4)}, log loss ${measured.logLoss.toFixed(4)}`)
    metrics.championAuc = measured.auc
    metrics.championLogLoss = measured.logLoss
  }
  return { metrics }
})
