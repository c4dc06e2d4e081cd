import { Accordion } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { client } from '../ground/client.ts'
import type { Delivery } from '../ground/wire.ts'
import { ActButton } from '../kit/act-button.tsx'
import { EmptyState } from '../kit/empty-state.tsx'
import { formatDuration } from '../kit/format.ts'
import { RelativeTime } from '../kit/relative-time.tsx'
import { StatusBadge, type Tone } from '../kit/status-badge.tsx'
import { StoryList } from '../kit/story-list.tsx'
import { JsonView } from '../kit/text/json-view.tsx'
import { useUrlState } from '../kit/url-state.ts'
import classes from './delivery-list.module.css'

type Attempt = Delivery['attempts'][number]

/** What was sent to a webhook: each delivery opens to its body and to every attempt with what came back. */
export function DeliveryList({ deliveries }: { readonly deliveries: readonly Delivery[] }) {
  const [open, setOpen] = useUrlState('delivery')
  if (deliveries.length === 0) {
    return (
      <EmptyState title="Nothing has been delivered yet" isCompact>
        The next event that it listens to appears here. Send a test to try the endpoint now.
      </EmptyState>
    )
  }
  return (
    <Accordion variant="separated" value={open === '' ? null : open} onChange={(value) => setOpen(value ?? '')}>
      {deliveries.map((delivery) => (
        <Accordion.Item key={delivery.id} value={delivery.id}>
          <Accordion.Control>
            <Summary delivery={delivery} />
          </Accordion.Control>
          <Accordion.Panel>
            <Details delivery={delivery} />
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  )
}

const stateTones: Readonly<Record<string, Tone>> = { pending: 'run', succeeded: 'ok', failed: 'bad', canceled: 'idle' }

function Summary({ delivery }: { readonly delivery: Delivery }) {
  const { event, state, attempts, isTest, createdAt } = delivery
  const last = attempts.at(-1)
  return (
    <div className={classes.summary}>
      <StatusBadge status={state} tone={stateTones[state] ?? 'idle'} />
      <strong>{event}</strong>
      {isTest ? <span className={classes.quiet}>test</span> : null}
      <span className={classes.quiet}>{answerOf(last)}</span>
      <span className={classes.end}>
        {attempts.length > 1 ? `${attempts.length} attempts, ` : ''}
        <RelativeTime at={createdAt} />
      </span>
    </div>
  )
}

const answerOf = (attempt: Attempt | undefined) =>
  attempt === undefined ? '' : (attempt.error ?? `answered ${attempt.status}`)

function Details({ delivery }: { readonly delivery: Delivery }) {
  const { id, state, attempts, nextAttemptAt } = delivery
  return (
    <div className={classes.details}>
      <section>
        <h3 className={classes.heading}>Attempts</h3>
        <StoryList
          empty="It is about to be sent."
          items={attempts.map((attempt) => ({
            id: String(attempt.number),
            tone: attempt.error === undefined ? 'ok' : 'bad',
            title: `${attempt.number}. ${answerOf(attempt)}`,
            text: attempt.responseBody === undefined || attempt.responseBody === '' ? undefined : attempt.responseBody,
            note: (
              <>
                <RelativeTime at={attempt.at} />, took {formatDuration(attempt.durationMs)}
              </>
            ),
          }))}
        />
        {nextAttemptAt === undefined ? null : (
          <p className={classes.quiet}>
            Tried again <RelativeTime at={nextAttemptAt} />.
          </p>
        )}
        {state === 'pending' ? null : (
          <div className={classes.again}>
            <ActButton
              label="Send again"
              icon={<IconRefresh size={14} />}
              act={() => client.webhooks.deliveries.retry({ delivery: id })}
              done="The delivery is sent again."
            />
          </div>
        )}
      </section>
      <section>
        <h3 className={classes.heading}>Body</h3>
        <JsonView value={JSON.parse(delivery.body)} label="JSON" />
      </section>
    </div>
  )
}
