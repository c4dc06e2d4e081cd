/**
 * The inside of a process that runs the functions of an inference graph: it connects to the worker that started it, loads
 * the files it is told, and answers one run after the other until the worker lets go. User code runs nowhere else.
 *
 * Loaded by `src/function-host.ts` alone, and light: every version of a graph has such processes.
 */
import { connect } from 'node:net'
import { createFrameReader, type Frame, writeFrame } from '../host/frames.ts'
import { packOutputs, unpackInputs } from '../host/tensors.ts'
import { describeError, type LoadedFunctions, loadFunctions, Refusal } from './run.ts'

/** Runs until the socket closes; then `exit` is called. What a function throws is told to `report` too. */
export function serveFunctions(socketPath: string, exit: () => void, report: (error: unknown) => void): void {
  const socket = connect(socketPath)
  let folder = ''
  let functions: LoadedFunctions | undefined

  async function answer(frame: Frame): Promise<void> {
    try {
      if (functions === undefined) {
        folder = String(frame.head.folder)
        functions = await loadFunctions(folder, frame.head.files as readonly string[])
        writeFrame(socket, { files: functions.files })
        return
      }
      const { head, parts } = packOutputs(await functions.run(String(frame.head.file), unpackInputs(frame)))
      writeFrame(socket, head, parts)
    } catch (error) {
      if (error instanceof Refusal) return writeFrame(socket, { error: error.message, isInput: true })
      report(error)
      writeFrame(socket, { error: describeError(error, folder) })
    }
  }

  socket.on(
    'data',
    createFrameReader((frame) => void answer(frame)),
  )
  socket.on('error', () => {})
  socket.on('close', exit)
}
