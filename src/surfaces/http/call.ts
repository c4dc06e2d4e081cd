import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Principal } from '../../kernel/actor.ts'
import type { Call } from '../../kernel/operation.ts'
import type { Drain } from './drain.ts'

/** One request as operations and routes know it. The abort controller is made only when someone asks for the signal. */
export class HttpCall implements Call {
  readonly requestId: string
  readonly principal: Principal
  readonly #reply: FastifyReply
  readonly #drain: Drain
  #controller: AbortController | undefined

  constructor(request: FastifyRequest, reply: FastifyReply, context: { principal: Principal; drain: Drain }) {
    this.requestId = request.id
    this.principal = context.principal
    this.#reply = reply
    this.#drain = context.drain
  }

  /** Aborts when the caller goes away before the answer is complete, or the drain has waited long enough. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      const controller = new AbortController()
      const response = this.#reply.raw
      const release = this.#drain.track(controller)
      response.once('close', () => {
        release()
        if (!response.writableFinished) controller.abort(new Error('the caller went away'))
      })
      if (response.closed) controller.abort(new Error('the caller went away'))
      this.#controller = controller
    }
    return this.#controller.signal
  }

  /** Streams that would never end by themselves (server-sent events) end as soon as a drain begins. */
  endWithDrain(): void {
    void this.signal
    if (this.#controller !== undefined) this.#drain.endEarly(this.#controller)
  }
}
