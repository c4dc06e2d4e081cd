import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { Loaded } from '../kit/loaded.tsx'
import { PageSkeleton } from '../kit/loading.tsx'
import { useParam } from '../kit/param.ts'
import { findPage } from './find-page.ts'

/** `/id/<any id>`: finds out what the id names and goes to its page. */
export function Page() {
  const id = useParam('id')
  const navigate = useNavigate()
  const query = useQuery({ queryKey: ['id', id], queryFn: () => findPage(id) })
  useEffect(() => {
    if (query.data !== undefined) void navigate({ href: query.data, replace: true })
  }, [query.data, navigate])
  return (
    <Loaded query={query} what={id} skeleton={<PageSkeleton />}>
      {() => <PageSkeleton />}
    </Loaded>
  )
}
