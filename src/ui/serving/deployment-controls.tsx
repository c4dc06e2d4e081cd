import { Group } from '@mantine/core'
import { client } from '../ground/client.ts'
import type { Deployment } from '../ground/wire.ts'
import { ActButton } from '../kit/act-button.tsx'

/** What a person may do to what is live: change places with a staged version, or go back. */
export function DeploymentControls({ deployment }: { readonly deployment: Deployment }) {
  const { name, variants } = deployment
  const staged = variants.find(({ weight }) => weight === 0)
  if (variants.length === 0) return null
  return (
    <Group gap="xs">
      {staged === undefined ? null : (
        <ActButton
          label={`Switch to version ${staged.version}`}
          question={`Version ${staged.version} takes all requests at once; the other stays loaded.`}
          act={() => client.deployments.switch({ name })}
          done={`Version ${staged.version} serves now.`}
        />
      )}
      <ActButton
        label="Roll back"
        isDangerous
        question="The version that had all requests before takes them again at once. What is under way ends."
        act={() => client.deployments.rollback({ name })}
        done="The version before serves again."
      />
    </Group>
  )
}
