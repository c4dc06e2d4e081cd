/** Statistics that decisions stand on, pure: sequences that may be looked at at any time, and repeatable chance. */
export { createConfidenceSequence } from './confidence-sequence.ts'
export { drawBeta, drawNormal, type Random, seededRandom } from './random.ts'
