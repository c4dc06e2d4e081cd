import { createSlipway } from '../../sdk/index.ts'

const tokenKey = 'slipway-token'

/** The token a person gave for a server with authentication; kept in this browser only. */
export const token = {
  get: (): string => localStorage.getItem(tokenKey) ?? '',
  set: (value: string): void => {
    localStorage.setItem(tokenKey, value)
    keepTokenForFiles()
  },
}

/** Links and images of stored files carry no header; this cookie goes with them and nowhere else. */
export function keepTokenForFiles(): void {
  const value = encodeURIComponent(token.get())
  if (value === '') return
  const secure = location.protocol === 'https:' ? '; Secure' : ''
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store is missing in Firefox ESR and on plain HTTP
  document.cookie = `slipway-token-${location.port}=${value}; Path=/v1/blobs; SameSite=Strict${secure}`
}

/** The server that served this page. */
export const client = createSlipway({ token: () => token.get() || undefined })
