import { type MessagePort, parentPort, type Transferable, Worker } from 'node:worker_threads'

/** Work for one worker thread, which starts when it is first needed and ends when nobody needed it for a while. */
export interface WorkerThread<Request, Answer> {
  /** Requests begin in the order of the calls. Rejects with the thread's error: its message, and its `code` if it has one. */
  ask(request: Request, transfer?: readonly Transferable[]): Promise<Answer>
  /** For who keeps something in the thread between two requests: it is not ended for idleness until the answer is called. */
  hold(): () => void
  stop(): Promise<void>
}

interface Waiting<Answer> {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: Error) => void
}

interface Reply<Answer> {
  readonly id: number
  readonly answer?: Answer
  readonly problem?: { readonly message: string; readonly code?: string | undefined }
}

interface ThreadOptions {
  /** For messages. */
  readonly name: string
  /** How long it is kept with nothing to do: it holds about 15 MB then, and starting one takes 40 ms. Default: a minute. */
  readonly idleMs?: number | undefined
}

/** `file` is that of the thread's source, `.ts` here and `.js` in the built program; it calls `answerRequests`. */
export function createWorkerThread<Request, Answer>(
  file: URL,
  { name, idleMs = 60_000 }: ThreadOptions,
): WorkerThread<Request, Answer> {
  const waiting = new Map<number, Waiting<Answer>>()
  let worker: Worker | undefined
  let idleTimer: NodeJS.Timeout | undefined
  let lastId = 0
  let holders = 0

  function failAll(ended: Worker, error: Error): void {
    // One that was ended for idleness has no requests; those waiting belong to its successor.
    if (worker !== undefined && worker !== ended) return
    worker = undefined
    for (const request of waiting.values()) request.reject(error)
    waiting.clear()
  }

  /** Keeps no process alive, and ends the thread when nobody wants it for a while. */
  function rest(idle: Worker): void {
    idle.unref()
    clearTimeout(idleTimer)
    if (holders > 0) return
    idleTimer = setTimeout(() => {
      if (worker === idle) worker = undefined
      void idle.terminate()
    }, idleMs).unref()
  }

  function start(): Worker {
    const started = new Worker(file)
    started.on('message', ({ id, answer, problem }: Reply<Answer>) => {
      const request = waiting.get(id)
      waiting.delete(id)
      if (waiting.size === 0) rest(started)
      if (problem === undefined) request?.resolve(answer as Answer)
      else request?.reject(Object.assign(new Error(problem.message), { code: problem.code }))
    })
    started.on('error', (error: Error) => failAll(started, error))
    started.on('exit', () => failAll(started, new Error(`the ${name} thread ended`)))
    return started
  }

  return {
    ask(request, transfer = []) {
      clearTimeout(idleTimer)
      worker ??= start()
      const [thread, id] = [worker, ++lastId]
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        thread.ref()
        thread.postMessage({ id, request }, [...transfer])
      })
    },
    hold() {
      holders += 1
      clearTimeout(idleTimer)
      return () => {
        holders -= 1
        if (holders === 0 && waiting.size === 0 && worker !== undefined) rest(worker)
      }
    },
    async stop() {
      clearTimeout(idleTimer)
      await worker?.terminate()
    },
  }
}

/** The other side, in the thread: `run` is called in the order of the requests; `transfer` names what an answer hands over. */
export function answerRequests<Request, Answer>(
  run: (request: Request) => Answer | Promise<Answer>,
  transfer: (answer: Answer) => readonly Transferable[] = () => [],
): void {
  const port = parentPort as MessagePort
  port.on('message', async ({ id, request }: { id: number; request: Request }) => {
    try {
      const answer = await run(request)
      port.postMessage({ id, answer }, [...transfer(answer)])
    } catch (error) {
      const { message, code } = error as NodeJS.ErrnoException
      port.postMessage({ id, problem: { message: message ?? String(error), code } })
    }
  })
}
