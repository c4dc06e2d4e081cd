import { Stack, Table } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { CommandLine } from '../kit/command-line.tsx'
import { describe } from '../kit/error-state.tsx'
import { formatBytes } from '../kit/format.ts'
import { Panel } from '../kit/panel.tsx'
import { RouteLink } from '../kit/route-link.tsx'
import { modelVersionPath } from '../registry/paths.ts'
import classes from './comparison.module.css'
import { servingQueries } from './queries.ts'

/** What callers and other hosts take with them: a typed client, the description of the interface, the whole package. */
export function TakeAlong({ name, model }: { readonly name: string; readonly model: string }) {
  return (
    <>
      <Panel title="A typed client" note="TypeScript, one file without dependencies">
        <Stack gap="xs" align="flex-start">
          <CommandLine command={`slipway deployments client ${name} --to ${name}-client.ts`} />
          <CommandLine
            isCode
            command={`const { output, predictionId } = await create${pascalCase(name)}Client({ url: '${location.origin}' }).predict(row)`}
          />
          <span className={classes.foot}>
            For other languages:{' '}
            <a href={`/inference/${encodeURIComponent(name)}/openapi.json`}>the OpenAPI document of this deployment</a>.
          </span>
        </Stack>
      </Panel>
      <PackagePanel name={name} model={model} />
    </>
  )
}

const formats = [
  ['an image', 'oci'],
  ['plain Kubernetes', 'kubernetes'],
  ['KServe', 'kserve'],
] as const

function PackagePanel({ name, model }: { readonly name: string; readonly model: string }) {
  const query = useQuery(servingQueries.package(name))
  if (query.error !== null) {
    const { message, hint } = describe(query.error)
    return (
      <Panel title="Serve it elsewhere">
        <p className={classes.said}>{message}</p>
        <p className={classes.foot}>{hint}</p>
      </Panel>
    )
  }
  const variants = query.data?.variants ?? []
  return (
    <Panel title="Serve it elsewhere" note="model files, versions, weights and rules">
      <Table verticalSpacing={4} fz={13} mb="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Version</Table.Th>
            <Table.Th ta="right">Weight</Table.Th>
            <Table.Th ta="right">File</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {variants.map(({ name: variant, version, weight, sizeBytes }) => (
            <Table.Tr key={variant}>
              <Table.Td>
                <RouteLink to={modelVersionPath(model, version)}>
                  {model}/{version}
                </RouteLink>
              </Table.Td>
              <Table.Td ta="right">{weight} %</Table.Td>
              <Table.Td ta="right">{formatBytes(sizeBytes)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Stack gap="xs" align="flex-start">
        {formats.map(([label, format]) => (
          <div key={format}>
            <span className={classes.foot}>As {label}</span>
            <CommandLine command={`slipway deployments export ${name} --format ${format} --to ${name}-${format}`} />
          </div>
        ))}
      </Stack>
    </Panel>
  )
}

/** As the client names its functions. */
function pascalCase(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter(Boolean)
  const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
  return /^\d/.test(joined) ? `Model${joined}` : joined
}
