import { z } from 'zod'
import { operation } from '../../kernel/operation.ts'
import { pageOf, pageQuery } from '../../kernel/paging.ts'
import { Gate, GateDefinition, Verdict } from './model.ts'
import type { Validation } from './service.ts'

export const applyGate = operation({
  name: 'gates.apply',
  http: 'PUT /v1/gates/{name}',
  summary: 'Create a gate, or change the one of this name.',
  description: 'Verdicts that were given stand; the new rules count for versions that have none yet.',
  input: GateDefinition,
  output: Gate,
  allow: 'gates:write',
  subject: 'gate:{name}',
  run: (service: Validation, input) => service.applyGate(input),
})

export const getGate = operation({
  name: 'gates.get',
  http: 'GET /v1/gates/{name}',
  summary: 'One gate with its rules.',
  input: z.object({ name: z.string() }),
  output: Gate,
  errors: ['gate_not_found'],
  allow: 'gates:read',
  subject: 'gate:{name}',
  run: (service: Validation, input) => service.getGate(input.name),
})

export const listGates = operation({
  name: 'gates.list',
  http: 'GET /v1/gates',
  summary: 'All gates, by name.',
  input: z.object({ ...pageQuery, model: z.string().optional() }),
  output: pageOf(Gate),
  allow: 'gates:read',
  subject: 'gates',
  run: (service: Validation, input) => service.listGates(input),
})

export const decideGate = operation({
  name: 'gates.decide',
  http: 'POST /v1/gates/{gate}/decide',
  summary: 'Hold a model version against a gate.',
  description:
    'A second call for the same version answers the first verdict. A metric that is missing or not a number fails its rule.',
  input: z.object({
    gate: z.string(),
    modelVersion: z.string().describe('A model version: flight-delay/3, flight-delay@challenger or its id.'),
    metrics: z
      .record(z.string(), z.number())
      .optional()
      .describe('The candidate’s metrics; default the latest metrics of the run that made it.'),
    subject: z.string().optional(),
  }),
  output: Verdict,
  errors: ['gate_not_found', 'gate_model_mismatch', 'model_version_not_found'],
  allow: 'gates:write',
  subject: 'gate:{gate}',
  run: (service: Validation, input) => service.decideReference(input),
})

export const listVerdicts = operation({
  name: 'verdicts.list',
  http: 'GET /v1/verdicts',
  summary: 'Verdicts, newest first.',
  input: z.object({
    ...pageQuery,
    gate: z.string().optional(),
    model: z.string().optional(),
    modelVersionId: z.string().optional(),
  }),
  output: pageOf(Verdict),
  allow: 'gates:read',
  subject: 'verdicts',
  run: (service: Validation, input) => service.listVerdicts(input),
})

export const getVerdict = operation({
  name: 'verdicts.get',
  http: 'GET /v1/verdicts/{verdict}',
  summary: 'One verdict with every check and why it passed or not.',
  input: z.object({ verdict: z.string() }),
  output: Verdict,
  errors: ['verdict_not_found'],
  allow: 'gates:read',
  subject: 'verdict:{verdict}',
  run: (service: Validation, input) => service.getVerdict(input.verdict),
})

export const validationOperations = [applyGate, getGate, listGates, decideGate, listVerdicts, getVerdict]
