/**
 * Child processes, started by a small spawner process: spawning from the server would copy its page tables and stall
 * every request (48 ms at 1.1 GB resident, measured). Each child leads its own process group; its output is streamed to a
 * file that can be followed; limits are enforced from outside; when the leader ends, what is left of its group is killed;
 * when the server dies, however it dies, the spawner kills the children it started unless they were asked to outlive it.
 */
export { createProcesses } from './create.ts'
export { type ChildProcess, type ProcessExit, type Processes, type ProcessSpec, processErrors } from './processes.ts'
