// Control sequences of ECMA-48: CSI (colors, cursor), OSC (titles, links) and single escapes.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes
const sequences = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g

/** A line as a terminal would finally show it: without escape sequences, and of overwritten text only the last. */
export function stripAnsi(line: string): string {
  const plain = line.replace(sequences, '').replace(/\r$/, '')
  return plain.slice(plain.lastIndexOf('\r') + 1)
}
