import { hash } from 'node:crypto'

/** Equal lengths are what comparing in constant time needs; hashing gives them without telling the token's length. */
export function sha256(text: string): Buffer {
  return hash('sha256', text, 'buffer')
}
