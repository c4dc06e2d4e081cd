import type { Operation } from '../../kernel/operation.ts'
import type { RawRoute } from '../../kernel/route.ts'
import { type Description, describe, type NamedDoor, nameSchemas } from '../describe/index.ts'
import { toOpenApi } from './openapi.ts'

export interface DescriptionRoutesOptions {
  readonly modules: readonly { readonly name: string; readonly operations: readonly Operation<never>[] }[]
  readonly routes: readonly RawRoute[]
  readonly version: string
  /** What each module exports; shared shapes take their names from it. Without it they are written out in place. */
  readonly doors?: readonly NamedDoor[]
}

/** `/openapi.json` and `/docs`. Both are made on the first request: a start does not pay for them. */
export function descriptionRoutes(options: DescriptionRoutesOptions): RawRoute[] {
  let description: Description | undefined
  const described = () => {
    description ??= describe({
      operations: options.modules.flatMap((module) =>
        module.operations.map((operation) => ({ module: module.name, operation: operation as Operation })),
      ),
      routes: [...options.routes, ...own],
      names: nameSchemas(options.doors ?? []),
    })
    return description
  }
  let document: string | undefined
  let page: string | undefined
  const own: RawRoute[] = [
    {
      method: 'GET',
      path: '/openapi.json',
      summary: 'This reference as OpenAPI 3.1.',
      body: 'none',
      allow: 'reference:read',
      run: () => {
        document ??= JSON.stringify(toOpenApi(described(), options.version))
        return { headers: { 'content-type': 'application/json; charset=utf-8' }, body: document }
      },
    },
    {
      method: 'GET',
      path: '/docs',
      summary: 'This reference as a page.',
      body: 'none',
      allow: 'reference:read',
      run: async () => {
        if (page === undefined) {
          const { renderReference } = await import('./reference-page.ts')
          page = renderReference(described(), options.version)
        }
        return {
          headers: {
            'content-type': 'text/html; charset=utf-8',
            'content-security-policy':
              "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
          },
          body: page,
        }
      },
    },
  ]
  return own
}
