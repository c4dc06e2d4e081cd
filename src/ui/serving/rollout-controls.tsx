import { Group } from '@mantine/core'
import { client } from '../ground/client.ts'
import type { Rollout } from '../ground/wire.ts'
import { ActButton } from '../kit/act-button.tsx'

const reason = 'by hand, in the web application'

/** What a person may do to a rollout under way. */
export function RolloutControls({ rollout }: { readonly rollout: Rollout }) {
  const { id } = rollout
  return (
    <Group gap="xs">
      {rollout.steps[rollout.step]?.approval === true && rollout.approvedStep !== rollout.step ? (
        <ActButton
          label="Approve"
          isPrimary
          act={() => client.rollouts.approve({ id, reason })}
          done="The rollout leaves this step once its checks pass."
        />
      ) : null}
      {rollout.state === 'running' ? (
        <ActButton label="Pause" act={() => client.rollouts.pause({ id, reason })} done="The rollout holds its step." />
      ) : rollout.state === 'paused' ? (
        <ActButton label="Resume" act={() => client.rollouts.resume({ id, reason })} done="The rollout goes on." />
      ) : null}
      {rollout.state === 'replaying' ? null : (
        <ActButton
          label="Promote now"
          question={`Version ${rollout.version} takes all requests at once, whatever the analysis says.`}
          act={() => client.rollouts.promote({ id, reason })}
          done={`Version ${rollout.version} serves now.`}
        />
      )}
      <ActButton
        label="Abort"
        isDangerous
        question={`All requests go back to version ${rollout.championVersion} at once.`}
        act={() => client.rollouts.abort({ id, reason })}
        done={`Version ${rollout.championVersion} serves alone again.`}
      />
    </Group>
  )
}
