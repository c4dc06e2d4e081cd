import { z } from 'zod'
import { defineEvent } from '../../../kernel/event.ts'

/** One output of a model held against its ONNX form, over all rows. */
export const OutputParity = z.object({
  name: z.string().describe('Of the output; `slipway.probabilities` are those of a classifier that serves labels.'),
  disagreementCount: z.number().int().describe('Values that must be equal and are not: labels, texts, whole numbers.'),
  maxAbsolute: z.number().optional().describe('Largest difference of two numbers. Absent for labels.'),
  maxRelative: z
    .number()
    .optional()
    .describe('The same, in parts of the expected value or of the mean size of the output, whichever is larger.'),
})
export type OutputParity = z.infer<typeof OutputParity>

export const ConversionRows = z.object({
  kind: z.enum(['dataset', 'predictions', 'example']).describe('Where the rows came from.'),
  ref: z.string().describe('The dataset version, the deployment, or the file of the model.'),
})
export type ConversionRows = z.infer<typeof ConversionRows>

export const ConversionReport = z.object({
  rows: ConversionRows,
  rowCount: z.number().int().describe('Rows that both were asked for.'),
  skippedCount: z
    .number()
    .int()
    .describe('Rows that do not fit the signature of the model, or that the model refuses.'),
  tolerance: z.number().describe('What `maxRelative` may be.'),
  precision: z.string().optional().describe('FP64 or FP32: the numbers that the ONNX form calculates with.'),
  outputs: z.array(OutputParity),
  strictColumns: z
    .array(z.string())
    .describe(
      'Columns without a value for "missing": a request that lacks one is refused, and not answered otherwise.',
    ),
  pythonP50Us: z.number().optional().describe('Time of one row in a process of its own, over the same rows.'),
  onnxP50Us: z.number().optional(),
  versions: z.record(z.string(), z.string()).describe('Packages that it was made with.'),
  rejected: z.array(z.string()).describe('Forms that were tried and are not this one, with the reason.'),
})
export type ConversionReport = z.infer<typeof ConversionReport>

/** An attempt to serve a Python version as ONNX. */
export const Conversion = z.object({
  id: z.string(),
  model: z.string(),
  modelVersionId: z.string(),
  version: z.number().int(),
  state: z
    .enum(['running', 'converted', 'refused'])
    .describe('`refused`: it cannot be converted, or not well enough; the version is served in Python as before.'),
  isUsed: z.boolean().describe('Whether deployments of the version load the ONNX form.'),
  onnxDigest: z.string().optional().describe('Of the file in the blob store, when it is converted.'),
  onnxBytes: z.number().int().optional(),
  problem: z.string().optional().describe('Why it was refused.'),
  progress: z.string().optional().describe('What is being done, until live deployments have it.'),
  report: ConversionReport.optional(),
  startedAt: z.number(),
  endedAt: z.number().optional(),
})
export type Conversion = z.infer<typeof Conversion>

export const StartConversion = z.object({
  model: z.string().min(1).max(200).describe('The version: `iris@champion`, `iris/3` or its id.'),
  dataset: z
    .string()
    .max(200)
    .optional()
    .describe('Dataset version whose rows are compared: `flights@3`. Goes before `deployment`.'),
  deployment: z
    .string()
    .max(200)
    .optional()
    .describe(
      'Deployment whose newest recorded requests are compared. Default: one of the model; else the input example.',
    ),
})
export type StartConversion = z.infer<typeof StartConversion>

export const modelConverted = defineEvent(
  'serving.model.converted',
  'A Python version was converted to ONNX, or the conversion was refused.',
  z.object({
    conversionId: z.string(),
    modelVersionId: z.string(),
    state: z.enum(['converted', 'refused']),
    datasetVersionId: z.string().optional(),
    summary: z.string(),
  }),
  { sentence: 'Conversion to ONNX {state}: {summary}' },
)
