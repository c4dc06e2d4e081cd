import { describe, expect, it } from 'vitest'
import { createRouter } from './router.ts'

/** A router in which every route's target is its own path. */
function routerOf(...routes: string[]) {
  const router = createRouter<string>()
  for (const route of routes) {
    const [method = '', path = ''] = route.split(' ')
    router.add(method, path, path)
  }
  return router
}

describe('the router', () => {
  const router = routerOf(
    'GET /',
    'GET /boats',
    'GET /boats/{name}',
    'POST /boats/{name}',
    'GET /boats/new',
    'GET /boats/{name}/crew/{member}',
    'POST /boats/{name}:launch',
    'GET /files/{path*}',
    'HEAD /files/{path*}',
    'GET /files/latest/info',
  )
  const found = (method: string, url: string) => {
    const match = router.find(method, url)
    return match && [match.target, match.params]
  }

  it.each([
    ['GET', '/', '/', {}],
    ['GET', '/boats?limit=3', '/boats', {}],
    ['GET', '/boats#deck', '/boats', {}],
    ['GET', 'http://ship.example:80/boats/Fram', '/boats/{name}', { name: 'Fram' }],
    ['GET', '/boats/', '/boats/{name}', { name: '' }],
    ['GET', '/boats/Kon%20Tiki/crew/a%2Fb', '/boats/{name}/crew/{member}', { name: 'Kon Tiki', member: 'a/b' }],
    ['GET', '/boats/%256e', '/boats/{name}', { name: '%6e' }],
    ['POST', '/boats/Fram:launch', '/boats/{name}:launch', { name: 'Fram' }],
    ['POST', '/boats/:launch', '/boats/{name}', { name: ':launch' }],
    ['GET', '/files/', '/files/{path*}', { path: '' }],
    ['GET', '/files/a/b%2Fc', '/files/{path*}', { path: 'a/b/c' }],
  ])('finds %s %s', (method, url, target, params) => {
    expect(found(method, url)).toEqual([target, params])
  })

  it('prefers what is fixed, and comes back from it when that leads nowhere', () => {
    expect(found('GET', '/boats/new')).toEqual(['/boats/new', {}])
    expect(found('GET', '/boats/new/crew/Ann')).toEqual(['/boats/{name}/crew/{member}', { name: 'new', member: 'Ann' }])
    expect(found('POST', '/boats/new')).toEqual(['/boats/{name}', { name: 'new' }])
    expect(found('GET', '/files/latest/info')).toEqual(['/files/latest/info', {}])
    expect(found('GET', '/files/latest/else')).toEqual(['/files/{path*}', { path: 'latest/else' }])
  })

  it('answers HEAD by the route of GET unless there is one of its own', () => {
    const own = createRouter<string>()
    own.add('GET', '/blob', 'get')
    own.add('GET', '/file', 'get')
    own.add('HEAD', '/file', 'head')
    expect([own.find('HEAD', '/blob')?.target, own.find('HEAD', '/file')?.target]).toEqual(['get', 'head'])
  })

  it.each([
    ['PUT', '/boats/Fram'],
    ['GET', '/boat'],
    ['GET', '/boats/Fram/crew'],
    ['GET', '/files'],
    ['GET', '/Boats'],
    ['GET', '/boats/%zz'],
    ['GET', '/constructor'],
    ['OPTIONS', '*'],
  ])('finds nothing for %s %s', (method, url) => {
    expect(router.find(method, url)).toBeUndefined()
  })

  it('refuses two routes that answer the same requests', () => {
    expect(() => routerOf('GET /boats/{name}', 'GET /boats/{id}')).toThrow(
      'GET /boats/{id} and GET /boats/{name} are the same route',
    )
    expect(() => routerOf('GET /boats/{name}', 'DELETE /boats/{id}')).not.toThrow()
  })
})
