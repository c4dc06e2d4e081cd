import type { Page, PageQuery } from '../../kernel/paging.ts'
import type { Gate, GateDefinition, Verdict } from './model.ts'

/** The door of validation. */
export interface Validation {
  /** Creates or changes the gate of this name; the same definition again changes nothing. */
  applyGate(definition: GateDefinition): Promise<Gate>
  getGate(name: string): Promise<Gate>
  listGates(query: PageQuery & { readonly model?: string | undefined }): Promise<Page<Gate>>
  /** Holds a version against a gate, once: the same gate and version answer the first verdict. Fails closed. */
  decide(question: Question): Promise<Verdict>
  /** `decide` for a person: the version as a reference, the metrics those of its run unless given. */
  decideReference(question: ReferenceQuestion): Promise<Verdict>
  listVerdicts(query: VerdictQuery): Promise<Page<Verdict>>
  getVerdict(id: string): Promise<Verdict>
}

export interface Question {
  readonly gate: string
  readonly modelVersionId: string
  readonly metrics: Readonly<Record<string, number>>
  readonly subject?: string | undefined
}

export interface ReferenceQuestion {
  readonly gate: string
  readonly modelVersion: string
  readonly metrics?: Readonly<Record<string, number>> | undefined
  readonly subject?: string | undefined
}

export interface VerdictQuery extends PageQuery {
  readonly gate?: string | undefined
  readonly model?: string | undefined
  readonly modelVersionId?: string | undefined
}
