import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'examples/**/*.test.ts'],
    // Processes, databases and browsers are real: a slow machine must not turn into a red test.
    globalSetup: ['src/testing/global-setup.ts'],
    // How many loops of test/journeys/faults.test.ts run at a time: two cores are busy with three.
    maxConcurrency: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { interval: 20, timeout: 25_000 } },
    coverage: { provider: 'v8', include: ['src/kernel/**', 'src/platform/**', 'src/modules/**'] },
  },
})
