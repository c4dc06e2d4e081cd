import { createSlipway } from '../../sdk/index.ts'

const tokenKey = 'slipway-token'

/** The token a person gave for a server with authentication; kept in this browser only. */
export const token = {
  get: (): string => localStorage.getItem(tokenKey) ?? '',
  set: (value: string): void => localStorage.setItem(tokenKey, value),
}

/** The server that served this page. */
export const client = createSlipway({ token: () => token.get() || undefined })
