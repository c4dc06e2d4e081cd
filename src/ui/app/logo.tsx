/** The mark: a hull on the rails of a slipway, and the name. */
export function Logo() {
  return (
    <span style={{ display: 'inline-flex', alignItems: 'center', gap: 9 }}>
      <svg width="25" height="22" viewBox="0 0 27 22" aria-hidden="true">
        <path d="M3 4.5 22.5 9.2c-1.3 4-4.4 6.3-8.6 6.1C8.3 15 4.6 10.9 3 4.5Z" fill="#5cc4d2" />
        <path d="M2.5 13 25 20" stroke="#f0813a" strokeWidth="2.4" strokeLinecap="round" fill="none" />
      </svg>
      <span style={{ fontSize: 16.5, fontWeight: 600, letterSpacing: '-0.01em' }}>Slipway</span>
    </span>
  )
}
