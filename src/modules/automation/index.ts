/**
 * Automation: closes the loop. An alert becomes a retraining; a candidate becomes, through its gate and a canary
 * rollout, the new champion, or stays what it was with the reason written down.
 *
 * Owns policies and decisions. Promises: one retraining per alert and one delivery per candidate, also after a crash
 * between any two steps; no retraining within the cooldown or while one runs; the alias `champion` moves only after the
 * deployment serves the version; every decision says in sentences what was replaced by what, on what evidence.
 * It acts only through the doors of other modules.
 *
 * Emits automation.decision.made.
 */
export { Decision, decisionMade, Policy, PolicyDefinition } from './model.ts'
export type { Automation } from './service.ts'
