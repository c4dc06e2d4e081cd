/**
 * All tables of the module; traces, evaluations and watches add theirs to it where they are defined.
 *
 * Points are the bulk: one narrow row each, keyed by what makes a point itself, so that a repeated batch changes nothing.
 * A NaN is kept as value 0 with `isNan` 1, because SQLite turns NaN into NULL; infinities are ordinary values on both databases.
 */
export interface TrackingTables {
  tracking_experiments: {
    id: string
    number: number
    name: string
    lifecycle: string
    artifactLocation: string | null
    createdAt: number
    updatedAt: number
  }
  tracking_experiment_tags: { experimentId: string; key: string; value: string }
  tracking_runs: {
    id: string
    experimentId: string
    name: string
    status: string
    lifecycle: string
    startedAt: number
    endedAt: number | null
    parentRunId: string | null
    stepRunId: string | null
    createdBy: string
    sourceType: string | null
    sourceName: string | null
    commit: string | null
    dirty: number | null
  }
  tracking_params: { runId: string; key: string; value: string }
  tracking_tags: { runId: string; key: string; value: string }
  tracking_series: {
    id: number
    runId: string
    /** The run's own, repeated here so that an index leads to the runs of an experiment in the order of a metric. */
    experimentId: string
    key: string
    lastValue: number
    lastIsNan: number
    lastStep: number
    lastTimestamp: number
    minValue: number | null
    maxValue: number | null
  }
  tracking_points: { seriesId: number; step: number; timestamp: number; value: number; isNan: number }
  tracking_tiers: {
    seriesId: number
    level: number
    bucket: number
    minValue: number
    minStep: number
    minTimestamp: number
    maxValue: number
    maxStep: number
    maxTimestamp: number
  }
  tracking_artifacts: { ownerId: string; path: string; digest: string; sizeBytes: number; createdAt: number }
  tracking_inputs: {
    runId: string
    name: string
    digest: string
    context: string
    datasetVersionId: string | null
    sourceType: string
    source: string
    schema: string | null
    profile: string | null
    tags: string
    createdAt: number
  }
  tracking_models: {
    id: string
    experimentId: string
    name: string
    modelType: string | null
    sourceRunId: string | null
    status: string
    statusMessage: string | null
    lifecycle: string
    createdAt: number
    updatedAt: number
  }
  tracking_model_params: { modelId: string; key: string; value: string }
  tracking_model_tags: { modelId: string; key: string; value: string }
  tracking_model_metrics: {
    modelId: string
    key: string
    datasetName: string
    datasetDigest: string
    runId: string
    step: number
    timestamp: number
    value: number
    isNan: number
  }
  tracking_outputs: { runId: string; modelId: string; step: number; createdAt: number }
}
