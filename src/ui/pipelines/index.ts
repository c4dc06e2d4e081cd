/** Runs of a pipeline as a strip, for other pages. */
export { RunStrip } from './run-strip.tsx'
