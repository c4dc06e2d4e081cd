/**
 * The address of a link that a text of unknown origin may contain: another site over http(s), a mail address, or a place
 * within this application. Undefined for everything that could run or that hides where it goes.
 */
export function safeLink(href: string): string | undefined {
  const address = href.trim()
  if (/^(https?:\/\/|mailto:|#)/i.test(address)) return address
  return /^\/(?![/\\])/.test(address) ? address : undefined
}
