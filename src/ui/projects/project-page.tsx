import { useQuery } from '@tanstack/react-query'
import type { Application, ProjectDetail } from '../ground/wire.ts'
import { EntityId } from '../kit/entity-id.tsx'
import { Loaded } from '../kit/loaded.tsx'
import { PageSkeleton } from '../kit/loading.tsx'
import { Page as PageFrame } from '../kit/page.tsx'
import { Panel } from '../kit/panel.tsx'
import { useParam } from '../kit/param.ts'
import { RelativeTime } from '../kit/relative-time.tsx'
import { StoryList } from '../kit/story-list.tsx'
import { LineList } from '../kit/text/line-list.tsx'
import { projectsPath } from './paths.ts'
import { projectQueries } from './queries.ts'

export function Page() {
  const query = useQuery(projectQueries.one(useParam('project')))
  return (
    <Loaded query={query} what="this project" skeleton={<PageSkeleton />}>
      {(project) => <ProjectView project={project} />}
    </Loaded>
  )
}

function ProjectView({ project }: { readonly project: ProjectDetail }) {
  return (
    <PageFrame
      title={project.name}
      crumbs={[{ label: 'Projects', to: projectsPath() }]}
      badges={<EntityId id={project.id} to={null} />}
      lead={
        <>
          Applied <RelativeTime at={project.appliedAt} />
          {codeOf(project)}
        </>
      }
    >
      <Panel title="Applied" note="newest first">
        <StoryList
          empty="It was never applied."
          items={project.applications.map((application) => ({
            id: application.id,
            tone: 'ok',
            title: changesText(application.changes),
            note: (
              <>
                <RelativeTime at={application.appliedAt} />
                {codeOf(application)}
              </>
            ),
          }))}
        />
      </Panel>
      <Panel title="The file as it was applied last" isFlush>
        <LineList lines={project.text.split('\n')} label={`Project file of ${project.name}`} height={420} />
      </Panel>
    </PageFrame>
  )
}

function codeOf({ commit, dirty }: Pick<Application, 'commit' | 'dirty'>): string {
  return commit === undefined ? '' : ` at commit ${commit.slice(0, 12)}${dirty === true ? ', with changes on top' : ''}`
}

export function changesText(changes: Application['changes']): string {
  const different = changes.filter(({ change }) => change !== 'unchanged')
  return different.length === 0
    ? 'Nothing was different'
    : different
        .map(
          ({ section, name, change, detail }) =>
            `${section} ${name} ${change}${detail === undefined ? '' : ` (${detail})`}`,
        )
        .join(', ')
}
