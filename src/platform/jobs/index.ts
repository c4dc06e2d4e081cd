/**
 * Background work as rows. A job is enqueued in the caller's transaction, claimed under a lease with a fencing token,
 * kept by heartbeats while its handler runs, retried with backoff, and its every attempt is recorded. A worker that dies
 * loses its lease and the job goes to another; a handler must therefore bear being run again.
 */
export { createJobs } from './create.ts'
export { JobCanceled, type Jobs, ServerStopping } from './jobs.ts'
export { jobMigrations } from './tables.ts'
