import { Select } from '@mantine/core'
import { IconCheck, IconFlag } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { client } from '../ground/client.ts'
import type { AliasRule, Model } from '../ground/wire.ts'
import { ActButton } from '../kit/act-button.tsx'
import { EmptyState } from '../kit/empty-state.tsx'
import { Loaded } from '../kit/loaded.tsx'
import { StoryList } from '../kit/story-list.tsx'
import { useUrlState } from '../kit/url-state.ts'
import { AliasBadge } from './alias-badge.tsx'
import classes from './alias-rules.module.css'
import { registryQueries } from './queries.ts'

/** The protected aliases of a model: what each asks for, and for a chosen version what is missing. */
export function AliasRules({ model }: { readonly model: Model }) {
  const rules = useQuery(registryQueries.aliasRules(model.name))
  return (
    <Loaded query={rules} what="the alias rules">
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState
            title="No alias is protected"
            commands={[`slipway models aliases protect ${model.name} champion --gates quality --approvals 1`]}
            isCompact
          >
            Anyone who may write to the model can move its aliases. A rule asks for gates and approvals first.
          </EmptyState>
        ) : (
          items.map((rule) => <Rule key={rule.alias} model={model} rule={rule} />)
        )
      }
    </Loaded>
  )
}

function Rule({ model, rule }: { readonly model: Model; readonly rule: AliasRule }) {
  const [chosen, setChosen] = useUrlState(`for-${rule.alias}`, String(model.lastVersion))
  const numbers = Array.from({ length: Math.min(model.lastVersion, 200) }, (_, index) =>
    String(model.lastVersion - index),
  )
  return (
    <div className={classes.rule}>
      <div className={classes.head}>
        <AliasBadge alias={rule.alias} />
        <span className={classes.asks}>asks for {askText(rule)}</span>
      </div>
      <Select
        label="Version"
        aria-label={`Version for ${rule.alias}`}
        data={numbers.map((value) => ({ value, label: `v${value}` }))}
        value={chosen}
        onChange={(value) => setChosen(value ?? '')}
        allowDeselect={false}
        w={120}
      />
      {chosen === '0' ? null : <Check model={model} alias={rule.alias} version={Number(chosen)} />}
    </div>
  )
}

function askText({ gates, approvals }: AliasRule): string {
  const parts = gates.map((gate) => `gate ${gate}`)
  if (approvals > 0) parts.push(approvals === 1 ? '1 approval' : `${approvals} approvals`)
  return parts.join(', ')
}

interface CheckProps {
  readonly model: Model
  readonly alias: string
  readonly version: number
}

function Check({ model, alias, version }: CheckProps) {
  const query = useQuery(registryQueries.aliasCheck(model.name, alias, version))
  const isThere = model.aliases[alias] === version
  return (
    <Loaded query={query} what="what is missing">
      {({ missing, verdicts, approvals, isAllowed }) => (
        <>
          <StoryList
            empty=""
            items={[
              ...verdicts.map(({ gate, verdictId, passed }) => ({
                id: verdictId,
                tone: passed ? ('ok' as const) : ('bad' as const),
                title: `Gate ${gate} ${passed ? 'passed' : 'refused'} v${version}`,
              })),
              ...approvals.map(({ by, comment }) => ({
                id: `by ${by}`,
                tone: 'ok' as const,
                title: `Approved by ${by}`,
                text: comment === '' ? undefined : comment,
              })),
              ...missing.map((what) => ({ id: what, tone: 'warn' as const, title: `Missing: ${what}` })),
            ]}
          />
          <div className={classes.acts}>
            <ActButton
              label="Approve"
              icon={<IconCheck size={14} />}
              act={() => client.models.approve({ model: model.name, alias, version })}
              done={`v${version} is approved for ${alias}.`}
            />
            {isAllowed && !isThere ? (
              <ActButton
                label={`Move ${alias} to v${version}`}
                icon={<IconFlag size={14} />}
                isPrimary
                question={`${alias} of ${model.name} points at v${version} from now on: whatever follows the alias takes it.`}
                act={() =>
                  client.models.aliases.set({ model: model.name, alias, version, reason: 'moved in the browser' })
                }
                done={`${alias} points at v${version}.`}
              />
            ) : null}
          </div>
        </>
      )}
    </Loaded>
  )
}
