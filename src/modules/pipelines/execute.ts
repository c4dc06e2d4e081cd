/** Runs the command of one attempt as a child process and answers how it ended. */
import { writeFile } from 'node:fs/promises'
import { isAppError } from '../../kernel/errors.ts'
import type { ChildContext } from '../../kernel/module.ts'
import type { ProcessExit } from '../../platform/process/index.ts'
import { faultPoint } from '../../platform/runtime/index.ts'
import { StepProblem } from './collect.ts'
import type { PipelineContext } from './context.ts'
import { durationMs, sizeBytes } from './definition.ts'
import { sourceFiles } from './definition-store.ts'
import type { StepInput } from './model.ts'
import { recordProvenance } from './provenance.ts'
import { outputRef } from './references.ts'
import type { Attempt } from './task.ts'
import { openWorkspace, type PlacedInput, placeInput, type Workspace, writeCode } from './workspace.ts'

interface Execution {
  readonly workspace: Workspace
  readonly signal: AbortSignal
}

/** Throws `StepProblem` when the command cannot be started; aborting `signal` ends the processes. */
export async function execute(ctx: PipelineContext, task: Attempt, run: Execution): Promise<ProcessExit> {
  const { definition, version } = task
  const { workspace } = run
  await openWorkspace(workspace, Object.keys(definition.outputs))
  await writeCode(ctx, workspace.codeDir, await sourceFiles(ctx.db.read, version.sourceDigest))
  const inputs: Record<string, PlacedInput> = {}
  const pinned: StepInput[] = JSON.parse(task.row.inputs)
  for (const input of pinned) inputs[input.name] = await placeInput(ctx, workspace.inputsDir, input)
  const experiment = await openTrackingRun(ctx, task, pinned)
  const models = Object.values(definition.outputs).flatMap((text) => {
    const output = outputRef(text)
    return output.kind === 'model' ? [output.name] : []
  })
  const child = ctx.platform.children.admit({ runId: task.row.runId, experiment, models })
  try {
    return await runCommand(ctx, task, { ...run, inputs, experiment, token: child.token })
  } finally {
    child.dismiss()
  }
}

interface Command extends Execution {
  readonly inputs: Record<string, PlacedInput>
  readonly experiment: ChildContext['experiment']
  /** With which it calls this server. */
  readonly token: string
}

async function runCommand(ctx: PipelineContext, task: Attempt, command: Command): Promise<ProcessExit> {
  const { definition } = task
  const { workspace, signal, experiment, token } = command
  await writeFile(
    workspace.stepPath,
    JSON.stringify(stepFile(ctx, task, command)),
    // It holds the token.
    { mode: 0o600 },
  )
  const env = {
    ...ctx.platform.childEnvironment({ runId: task.row.runId, experiment, token }),
    TMPDIR: workspace.temporaryDir,
    SLIPWAY_STEP: workspace.stepPath,
    ...definition.env,
  }
  signal.throwIfAborted()
  const provenance = recordProvenance(ctx, task, { workspace, env, signal })
  const child = await ctx.platform.processes
    .start(
      {
        ...commandOf(definition.run),
        ...limitsOf(definition),
        cwd: workspace.codeDir,
        env,
        logPath: workspace.logPath,
      },
      signal,
    )
    .catch((error) => {
      throw isAppError(error) && error.kind === 'invalid' ? new StepProblem(error.message) : error
    })
  faultPoint('pipelines.step.started')
  const exit = await child.exited
  await provenance
  faultPoint('pipelines.step.exited')
  return exit
}

/** A list is run as it is; a text is one line for the shell. */
function commandOf(run: string | readonly string[]): { command: string; args: readonly string[] } {
  if (typeof run === 'string') return { command: 'sh', args: ['-c', run] }
  const [command = '', ...args] = run
  return { command, args }
}

function limitsOf(definition: Attempt['definition']): { timeoutMs?: number; memoryLimitBytes?: number } {
  return {
    ...(definition.timeout === undefined ? {} : { timeoutMs: durationMs(definition.timeout) }),
    ...(definition.memory === undefined ? {} : { memoryLimitBytes: sizeBytes(definition.memory) }),
  }
}

/** The tracking run that the step logs into; one a dead attempt has logged into is emptied. */
async function openTrackingRun(ctx: PipelineContext, task: Attempt, inputs: readonly StepInput[]) {
  const { tracking } = ctx
  const { runId, id: stepRunId, pipelineRunId } = task.row
  const { pipeline, commit, dirty, version } = task.version
  const experiment = await tracking.ensureExperiment(pipeline)
  await tracking.createRun({
    id: runId,
    experimentId: experiment.id,
    name: `${task.definition.name} ${pipelineRunId.slice(-6)}`,
    stepRunId,
    source: { type: 'pipeline', name: `${pipeline}/${task.definition.name}`, commit, dirty },
    tags: {
      pipeline,
      pipelineVersion: String(version),
      pipelineRunId,
      step: task.definition.name,
      ...reproduced(task),
    },
  })
  if (task.attempt > 1) await tracking.restartRun(runId)
  for (const input of inputs) {
    if (input.kind !== 'dataset' || input.versionId === undefined) continue
    await tracking.recordInput(runId, { datasetVersionId: input.versionId, context: input.name })
  }
  return experiment
}

/** Told apart from the runs that people look for the best one among. */
function reproduced({ run }: Attempt): Record<string, string> {
  return run.triggerKind === 'reproduction' ? { reproduces: run.triggerId ?? '' } : {}
}

/** `step.json`: what the step's own side of the protocol (sdk/step.ts, or any language) reads. */
function stepFile(ctx: PipelineContext, task: Attempt, { workspace, inputs, experiment, token }: Command) {
  const outputs = Object.entries(task.definition.outputs).map(([name, text]) => {
    return [name, { kind: outputRef(text).kind, dir: `${workspace.outputsDir}/${name}` }]
  })
  return {
    url: ctx.platform.address.url,
    token,
    runId: task.row.runId,
    experimentId: experiment.id,
    pipelineRunId: task.run.id,
    stepRunId: task.row.id,
    attempt: task.attempt,
    parameters: JSON.parse(task.run.parameters),
    inputs,
    outputs: Object.fromEntries(outputs),
    resultPath: workspace.resultPath,
  }
}
