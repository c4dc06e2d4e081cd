/**
 * How well `query` matches `text`, 0 for not at all. Letters must appear in order; whole words, starts of words and
 * runs of neighbors count more, and a short text beats a long one. Words of the query may come in any order.
 */
export function fuzzyScore(text: string, query: string): number {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  let total = 0
  for (const word of words) {
    const score = scoreWord(text.toLowerCase(), word)
    if (score === 0) return 0
    total += score
  }
  return words.length === 0 ? 1 : total
}

function scoreWord(text: string, word: string): number {
  const at = text.indexOf(word)
  if (at >= 0) return 100 + (isWordStart(text, at) ? 50 : 0) + (at === 0 ? 25 : 0) + word.length / text.length
  let position = -1
  let score = 1
  for (const letter of word) {
    const next = text.indexOf(letter, position + 1)
    if (next < 0) return 0
    score += next === position + 1 ? 4 : isWordStart(text, next) ? 3 : 0
    position = next
  }
  return score
}

function isWordStart(text: string, index: number): boolean {
  return index === 0 || /[\s._\-@/]/.test(text.charAt(index - 1))
}
