import { EmptyState } from '../kit/empty-state.tsx'
import { Page as PageFrame } from '../kit/page.tsx'

export function Page() {
  return (
    <PageFrame title="Overview">
      <EmptyState title="The ways are empty" commands={['slipway apply examples/flights']}>
        Slipway has no deployment yet. Apply a project and its loop appears here: data, training, model, traffic, drift
        and every decision between them.
      </EmptyState>
    </PageFrame>
  )
}
