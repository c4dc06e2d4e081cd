import { Group, SegmentedControl, Slider, Switch } from '@mantine/core'
import type { LookState } from './chart-look.ts'

/** Smoothing, what the x axis counts, and logarithmic axes: the same for all curves of a page. */
export function ChartControls({ look, set }: LookState) {
  return (
    <Group gap="lg" align="center">
      <Group gap="sm">
        <span style={{ fontSize: 13 }}>Smoothing</span>
        <Slider
          w={130}
          size="sm"
          min={0}
          max={0.99}
          step={0.01}
          value={look.smoothing}
          onChange={set.smoothing}
          thumbLabel="Smoothing"
          label={(value) => value.toFixed(2)}
        />
      </Group>
      <SegmentedControl
        size="xs"
        aria-label="X axis"
        data={[
          { value: 'step', label: 'Step' },
          { value: 'duration', label: 'Relative' },
          { value: 'time', label: 'Time' },
        ]}
        value={look.xKind}
        onChange={set.xKind}
      />
      <Switch
        size="xs"
        label="Log x"
        checked={look.isLogX}
        disabled={look.xKind === 'time'}
        onChange={(event) => set.logX(event.currentTarget.checked)}
      />
      <Switch
        size="xs"
        label="Log y"
        checked={look.isLogY}
        onChange={(event) => set.logY(event.currentTarget.checked)}
      />
    </Group>
  )
}
