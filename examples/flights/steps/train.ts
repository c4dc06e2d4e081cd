/** Trains boosted trees on the flights before the holdout and writes them as ONNX. */
import { writeFile } from 'node:fs/promises'
import { step } from 'slipway/step'
import { predict, trainBoostedTrees } from '../model/boosted-trees.ts'
import { featureNames, openDuckDb, quote, readExamples } from '../model/feature-table.ts'
import { auc } from '../model/measures.ts'
import { predictOnnx } from '../model/onnx-model.ts'
import { toOnnx } from '../model/tree-onnx.ts'

/** How far the served model may be from the trained one, in probability. */
const largestDifference = 1e-5

await step(async ({ input, output, parameters, log }) => {
  const db = await openDuckDb()
  const { columns, late } = await readExamples(db, quote(input('features').file()), "part = 'train'")
  log(`${late.length} flights, ${featureNames.length} features`)

  const options = {
    trees: parameters.number('trees'),
    depth: parameters.number('depth'),
    learningRate: parameters.number('learningRate'),
    bins: 64,
    minLeafWeight: 20,
    l2: 1,
  }
  const losses: { step: number; value: number }[] = []
  const model = trainBoostedTrees({ names: featureNames, columns }, late, {
    ...options,
    onTree: (tree, value) => {
      losses.push({ step: tree, value })
      if (tree % 10 === 0) log(`tree ${tree}: log loss ${value.toFixed(4)}`)
    },
  })
  const probability = predict(model, columns)
  const onnx = toOnnx(model)
  const served = await predictOnnx(onnx, columns)
  const onnxDifference = served.reduce((worst, p, i) => Math.max(worst, Math.abs(p - (probability[i] ?? 0))), 0)
  if (!(onnxDifference <= largestDifference))
    throw new Error(`The ONNX model differs from the trained one by ${onnxDifference}.`)

  await writeFile(output('model').path('model.onnx'), onnx)
  return {
    metrics: { trainLogLoss: losses, trainAuc: auc(probability, late), trainRows: late.length, onnxDifference },
    params: options,
    modelFormat: 'onnx',
  }
})
