import { availableParallelism } from 'node:os'
import { z } from 'zod'
import { type ConfigSchema, type ConfigValues, configKey, flagBoolean } from '../../kernel/config.ts'

const mebibyte = 1024 * 1024

export const servingConfig = {
  workers: configKey(
    z.coerce
      .number()
      .int()
      .min(1)
      .max(64)
      .default(Math.max(1, Math.min(4, availableParallelism() - 1))),
    'Processes that answer predictions, started with the first deployment. Each holds every deployed model in memory.',
  ),
  maxWorkers: configKey(
    z.coerce.number().int().min(1).max(64).optional(),
    'More than serving.workers: processes that there are while those are busy. One is added after three busy seconds, and ends after a quiet minute. Absent: always serving.workers.',
  ),
  keepPrevious: configKey(
    flagBoolean.default(true),
    'Keep the version a deployment served before loaded, so that a rollback takes no loading. Costs its memory.',
  ),
  maxBatchRows: configKey(
    z.coerce.number().int().min(1).max(65_536).default(256),
    'Rows that waiting requests may share in one run of a model. Nothing waits for a batch to fill; 1 turns sharing off.',
  ),
  maxPending: configKey(
    z.coerce.number().int().min(1).default(10_000),
    'Requests waiting for one model in one worker beyond which new ones are refused with "limited".',
  ),
  maxBodyBytes: configKey(
    z.coerce
      .number()
      .int()
      .min(1024)
      .default(64 * mebibyte),
    'Largest inference request, after decompression.',
  ),
  python: configKey(
    z.string().min(1).optional(),
    'Interpreter that runs Python models, in an environment that has what they need. Absent: an environment is built for each set of requirements.',
  ),
  pythonInstances: configKey(
    z.coerce.number().int().min(1).max(64).default(1),
    'Processes of each Python model in each worker. Every one holds the model in memory.',
  ),
  pythonThreads: configKey(
    z.coerce.number().int().min(1).max(256).default(1),
    'Threads that numeric libraries may use in one process of a Python model.',
  ),
  pythonTimeoutMs: configKey(
    z.coerce.number().int().min(10).default(30_000),
    'A run of a Python model that takes longer counts as hung: its process is ended and started again; ms.',
  ),
  pythonMemoryBytes: configKey(
    z.coerce
      .number()
      .int()
      .min(64 * mebibyte)
      .default(4096 * mebibyte),
    'Resident memory beyond which a process of a Python model is ended and started again.',
  ),
  functionInstances: configKey(
    z.coerce.number().int().min(1).max(64).default(1),
    "Processes of each inference graph's functions in each worker.",
  ),
  functionTimeoutMs: configKey(
    z.coerce.number().int().min(10).default(10_000),
    'A call of a function of an inference graph that takes longer counts as hung: its process is ended and started again; ms.',
  ),
  functionMemoryBytes: configKey(
    z.coerce
      .number()
      .int()
      .min(64 * mebibyte)
      .default(512 * mebibyte),
    "Resident memory beyond which a process of an inference graph's functions is ended and started again.",
  ),
  remoteHosts: configKey(
    z
      .string()
      .transform((text) => text.split(/[\s,]+/).filter((host) => host !== ''))
      .optional(),
    'Hosts of models on other servers that may be called, and that may be sent a secret: names with or without a port, or `*.example`, separated by commas. Absent: every host but the addresses where clouds keep credentials, and none gets a secret.',
  ),
  convertAtRegistration: configKey(
    flagBoolean.default(false),
    'Convert every Python version to ONNX when it is registered, if it has an input example or recorded requests to compare on. Takes an environment with the converters for each set of requirements.',
  ),
  conversionTolerance: configKey(
    z.coerce.number().min(0).max(1).default(1e-4),
    'Largest difference between a number of a Python model and of its ONNX form, in parts of the number or of the mean size of the output, whichever is larger. Labels must be equal.',
  ),
  scorerTimeoutMs: configKey(
    z.coerce.number().int().min(100).default(10_000),
    'A shadow, replay or batch run whose model needs longer than this for 20 rows counts as hung and is ended; ms.',
  ),
  scorerMemoryBytes: configKey(
    z.coerce
      .number()
      .int()
      .min(64 * mebibyte)
      .default(4096 * mebibyte),
    'Resident memory beyond which the process of a shadow, replay or batch run is ended.',
  ),
  advertisedUrl: configKey(
    z.url().optional(),
    'Where the other hosts of a fleet reach this server. Default: the address it listens on, or the name of the host.',
  ),
  memberLeaseMs: configKey(
    z.coerce.number().int().min(1000).default(10_000),
    'A server of a fleet that has not been heard of for this long counts as gone, and is not waited for; ms.',
  ),
  memberTimeoutMs: configKey(
    z.coerce.number().int().min(1000).default(600_000),
    'How long a change of a deployment waits for a live member of the fleet that has not taken it; ms.',
  ),
  traceUrl: configKey(
    z.url({ protocol: /^https?$/ }).optional(),
    'Where traces of predictions are sent over OTLP/HTTP as JSON, `http://collector:4318/v1/traces` or this server’s own `/v1/traces`. Its headers come from OTEL_EXPORTER_OTLP_HEADERS. Absent: nothing is traced.',
  ),
  traceSample: configKey(
    z.coerce.number().min(0).max(100).default(1),
    'Percent of the requests that are traced though their caller does not trace. One that brings `traceparent` decides itself.',
  ),
  logLimitBytes: configKey(
    z.coerce
      .number()
      .int()
      .min(mebibyte)
      .default(512 * mebibyte),
    'Recorded predictions that may lie on disk before they are rows; beyond it they are answered but only counted.',
  ),
} satisfies ConfigSchema

export type ServingConfig = ConfigValues<typeof servingConfig>
