import { useQuery } from '@tanstack/react-query'
import { client } from '../ground/client.ts'
import { formatCount } from '../kit/format.ts'
import { GraphView } from '../kit/graph/graph-view.tsx'
import { KeyValues } from '../kit/key-values.tsx'
import { Loaded } from '../kit/loaded.tsx'
import { readOnnx } from './onnx-graph.ts'

/** Larger graphs cannot be read as a picture; their operators are counted instead. */
const mostDrawn = 400

/** The operators of an ONNX file as a graph. */
export default function OnnxView({ digest, path }: { readonly digest: string; readonly path: string }) {
  const query = useQuery({
    queryKey: ['immutable', 'onnx', digest],
    queryFn: async () => {
      const response = await client.raw('GET', `/v1/blobs/${digest}`)
      return readOnnx(new Uint8Array(await response.arrayBuffer()))
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  })
  return (
    <Loaded query={query} what={path}>
      {({ producer, graph, operators }) => (
        <>
          {graph.nodes.length > mostDrawn ? null : (
            <GraphView graph={graph} label={`What ${path} computes`} height={460} />
          )}
          <div style={{ padding: 14 }}>
            <KeyValues
              items={[
                { label: 'Made by', value: producer },
                { label: 'Operators', value: formatCount(operators.reduce((sum, [, count]) => sum + count, 0)) },
                ...operators.map(([name, count]) => ({ label: name, value: formatCount(count) })),
              ]}
            />
          </div>
        </>
      )}
    </Loaded>
  )
}
