import type { Page } from 'playwright-core'

/** Controls and pictures that a screen reader could not name, as their HTML; an empty list is what a page should have. */
export function namelessControls(tab: Page): Promise<string[]> {
  return tab.evaluate(() => {
    const isHidden = (element: Element) => element.closest('[aria-hidden="true"]') !== null
    const labelOf = (element: Element) => {
      const ids = element.getAttribute('aria-labelledby')?.split(' ') ?? []
      const referred = ids.map((id) => document.getElementById(id)?.textContent ?? '').join('')
      const labels =
        element instanceof HTMLInputElement ? [...(element.labels ?? [])].map((label) => label.textContent) : []
      return [
        element.getAttribute('aria-label'),
        referred,
        ...labels,
        element.getAttribute('alt'),
        element.getAttribute('title'),
        element instanceof HTMLInputElement ? '' : element.textContent,
      ]
        .join('')
        .trim()
    }
    return [...document.querySelectorAll('a, button, input, select, textarea, img, [role="img"], [role="button"]')]
      .filter((element) => !isHidden(element) && element.getAttribute('type') !== 'hidden' && labelOf(element) === '')
      .map((element) => element.outerHTML.slice(0, 160))
  })
}
