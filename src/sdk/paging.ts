export interface Page<Item> {
  items: Item[]
  /** Absent on the last page. */
  nextCursor?: string
}

/** `await` gives the first page; `for await` walks every item of every page, fetching as it goes. */
export type PagedRequest<Item> = Promise<Page<Item>> & AsyncIterable<Item>

/** The request begins at once; later pages are fetched only while someone iterates. */
export function paged<Item>(fetchPage: (cursor: string | undefined) => Promise<Page<Item>>): PagedRequest<Item> {
  const first = fetchPage(undefined)
  async function* walk(): AsyncGenerator<Item> {
    let page = await first
    yield* page.items
    while (page.nextCursor !== undefined) {
      page = await fetchPage(page.nextCursor)
      yield* page.items
    }
  }
  return Object.assign(first, { [Symbol.asyncIterator]: walk })
}
