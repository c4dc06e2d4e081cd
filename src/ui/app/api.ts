/** What the server answers when it refuses: problem+json with a stable code, and what to do about it. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly hint: string | undefined
  readonly requestId: string | undefined

  constructor(status: number, problem: Record<string, unknown>) {
    super(text(problem.detail) ?? text(problem.title) ?? `The server answered ${status}.`)
    this.name = 'ApiError'
    this.status = status
    this.code = text(problem.code) ?? 'unknown'
    this.hint = text(problem.hint)
    this.requestId = text(problem.requestId)
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

const tokenKey = 'slipway-token'

/** The token a person gave for a server with authentication; kept in this browser only. */
export const token = {
  get: (): string => localStorage.getItem(tokenKey) ?? '',
  set: (value: string): void => localStorage.setItem(tokenKey, value),
}

export function authorization(): Record<string, string> {
  const value = token.get()
  return value === '' ? {} : { authorization: `Bearer ${value}` }
}

/** One JSON request. Throws `ApiError` for a refusal and `TypeError` when the server cannot be reached. */
export async function request<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(path, {
    ...init,
    headers: { accept: 'application/json', ...authorization(), ...init.headers },
  })
  if (!response.ok) throw new ApiError(response.status, await problemOf(response))
  return (await response.json()) as T
}

async function problemOf(response: Response): Promise<Record<string, unknown>> {
  try {
    return (await response.json()) as Record<string, unknown>
  } catch {
    return {}
  }
}
