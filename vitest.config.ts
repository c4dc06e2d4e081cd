import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'examples/**/*.test.ts'],
    // Processes, databases and browsers are real: a slow machine must not turn into a red test.
    globalSetup: ['src/testing/global-setup.ts'],
    // Tests wait for processes more than they work: one more at a time than there are cores.
    maxWorkers: availableParallelism() + 1,
    // How many tests of one file run at a time, where they say that they may.
    maxConcurrency: 3,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { interval: 20, timeout: 60_000 } },
    coverage: { provider: 'v8', include: ['src/kernel/**', 'src/platform/**', 'src/modules/**'] },
  },
})
