/**
 * Provenance: what a piece of work was done with. The Git commit of its folder and what differs from it, the machine, the
 * interpreter and the packages it finds. Reads only; whatever cannot be found out is left out.
 */
export { type GitState, readGitChanges, readGitState } from './git-state.ts'
export { findInterpreter, type Interpreter, parseProbe, probeArguments } from './interpreter.ts'
export { describeMachine, type Machine } from './machine.ts'

/** Where these are kept among the files of a tracking run. */
export const provenancePaths = { changes: 'source/changes.diff', environment: 'source/environment.json' } as const
