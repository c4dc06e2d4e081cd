import { path } from '../kit/path.ts'

export const projectsPath = path('/projects')
export const projectPath = path('/projects/$project')
