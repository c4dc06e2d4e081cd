/**
 * Validation: gates that a model version must pass before it may serve.
 *
 * Owns gates and verdicts. Promises: one verdict per gate and model version, whoever asks how often; a missing or
 * non-finite metric fails its rule; every check carries the value, the bound and a sentence that says why.
 * It decides and records; it moves no alias and deploys nothing.
 *
 * Emits validation.gate.decided.
 */
export { Check, Gate, GateDefinition, gateDecided, Rule, Verdict } from './model.ts'
export type { Question, Validation } from './service.ts'
