import { path } from '../kit/path.ts'

export const pipelinesPath = path('/pipelines')
export const pipelinePath = path('/pipelines/$pipeline')
export const pipelineRunPath = path('/pipeline-runs/$run')
