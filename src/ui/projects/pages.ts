import { activityPath } from '../activity/paths.ts'
import { client } from '../ground/client.ts'
import { pointingAt } from '../kit/path.ts'
import { finds, type RegisteredPage } from '../kit/registered-page.ts'
import { projectPath, projectsPath } from './paths.ts'

export const pages: readonly RegisteredPage[] = [
  { path: projectsPath, within: activityPath, label: 'Projects', load: () => import('./projects-page.tsx') },
  {
    path: projectPath,
    within: activityPath,
    load: () => import('./project-page.tsx'),
    finds: finds('Project', client.projects.list, ({ name }) => [name, projectPath(name)]),
    ids: {
      prj: async (id) => projectPath((await client.projects.get({ project: id })).name),
      // Applications are asked for by their project; projects are few.
      app: async (id) => {
        const { items } = await client.projects.list({ limit: 1000 })
        const projects = await Promise.all(items.map(({ name }) => client.projects.get({ project: name })))
        const found = projects.find(({ applications }) => applications.some((application) => application.id === id))
        return found === undefined ? projectsPath() : pointingAt(id, projectPath(found.name))
      },
    },
  },
]
