import { z } from 'zod'
import { defineEvent } from '../../kernel/event.ts'

/** What an alias asks of a version before it may point at it. Pure: what is missing follows from rule and evidence. */

export const AliasRule = z.object({
  alias: z.string(),
  /** Every one of these gates must have passed the version. */
  gates: z.array(z.string()),
  /** So many different people must have approved the version for this alias. */
  approvals: z.number().int(),
  createdBy: z.string(),
  createdAt: z.number(),
})
export type AliasRule = z.infer<typeof AliasRule>

export const Approval = z.object({
  alias: z.string(),
  version: z.number().int(),
  by: z.string(),
  comment: z.string(),
  at: z.number(),
})
export type Approval = z.infer<typeof Approval>

export const AliasCheck = z.object({
  alias: z.string(),
  version: z.number().int(),
  isAllowed: z.boolean(),
  /** One phrase for each thing that is missing. */
  missing: z.array(z.string()),
  /** The verdicts of the gates, where there are any. */
  verdicts: z.array(z.object({ gate: z.string(), verdictId: z.string(), passed: z.boolean() })),
  approvals: z.array(Approval),
})
export type AliasCheck = z.infer<typeof AliasCheck>

export type GateVerdict = AliasCheck['verdicts'][number]

export interface Evidence {
  readonly version: number
  readonly verdicts: readonly GateVerdict[]
  readonly approvals: readonly Approval[]
}

/** Without a rule everything is allowed. A gate without a verdict counts as not passed. */
export function checkRule(
  rule: Pick<AliasRule, 'alias' | 'gates' | 'approvals'>,
  { version, verdicts, approvals }: Evidence,
): AliasCheck {
  const missing = rule.gates.flatMap((gate) => {
    const verdict = verdicts.find((one) => one.gate === gate)
    if (verdict === undefined) return [`gate ${gate} has no verdict for it`]
    return verdict.passed ? [] : [`gate ${gate} refused it (${verdict.verdictId})`]
  })
  const people = new Set(approvals.map((approval) => approval.by)).size
  if (people < rule.approvals) missing.push(`it has ${people} of ${rule.approvals} approvals`)
  return {
    alias: rule.alias,
    version,
    isAllowed: missing.length === 0,
    missing,
    verdicts: [...verdicts],
    approvals: [...approvals],
  }
}

export const aliasApproved = defineEvent(
  'registry.alias.approved',
  'A person approved that an alias points at a version.',
  z.object({
    model: z.string(),
    alias: z.string(),
    version: z.number().int(),
    modelVersionId: z.string(),
    by: z.string(),
  }),
  { sentence: '{by} approved that @{alias} of {model} points at v{version}' },
)
