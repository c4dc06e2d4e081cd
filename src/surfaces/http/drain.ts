/** Ends what is still in hand when the server stops: event streams at once, the rest after a grace. */
export class Drain {
  readonly #controllers = new Set<AbortController>()
  readonly #endless = new Set<AbortController>()
  #draining = false

  get hasBegun(): boolean {
    return this.#draining
  }

  track(controller: AbortController): () => void {
    this.#controllers.add(controller)
    return () => {
      this.#controllers.delete(controller)
      this.#endless.delete(controller)
    }
  }

  endEarly(controller: AbortController): void {
    this.#endless.add(controller)
    if (this.#draining) controller.abort(draining)
  }

  begin(): void {
    this.#draining = true
    for (const controller of this.#endless) controller.abort(draining)
  }

  /** The grace is over: everyone stops. */
  abortAll(): void {
    for (const controller of this.#controllers) controller.abort(draining)
  }
}

const draining = new Error('the server is stopping')
