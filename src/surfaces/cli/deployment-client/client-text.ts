import { type Calling, type ClientSource, callingOf, shapeText, typeOf } from './input-fields.ts'
import { runtimeText } from './runtime-text.ts'

/** The source of a client: readable, without dependencies, and the same for the same deployment. */
export function clientText(source: ClientSource): string {
  const calling = callingOf(source)
  const name = pascalCase(source.deployment)
  return [
    head(source, name),
    inputText(source, { name, calling }),
    outputText(source, { name, calling }),
    runtimeText({ source, name, calling }),
  ].join('\n')
}

function head({ deployment }: ClientSource, name: string): string {
  return `/**
 * Client of the deployment ${JSON.stringify(deployment)}, written by "slipway deployments client ${deployment}". Needs nothing but fetch.
 *
 *   const client = create${name}Client({ url: 'http://127.0.0.1:5000' })
 *   const { output, predictionId } = await client.predict({ … })
 *   await client.recordLabel(predictionId, …)
 */
`
}

interface Naming {
  readonly name: string
  readonly calling: Calling
}

function inputText({ inputs, featureNames }: ClientSource, { name, calling }: Naming): string {
  const [matrix] = inputs
  const fields =
    calling === 'columns' && matrix !== undefined
      ? featureNames.map((feature) => `  readonly ${key(feature)}: ${typeOf({ ...matrix, shape: [-1] }, 'rows')}`)
      : inputs.map((spec) => `  /** ${shapeText(spec)} */\n  readonly ${key(spec.name)}: ${typeOf(spec, calling)}`)
  const what = calling === 'whole' ? 'The tensors of one request.' : 'One row.'
  return `/** ${what} */\nexport interface ${name}Input {\n${fields.join('\n')}\n}\n`
}

function outputText({ outputs }: ClientSource, { name, calling }: Naming): string {
  const fields = outputs.map(
    (spec) => `  /** ${shapeText(spec)} */\n  readonly ${key(spec.name)}: ${typeOf(spec, calling)}`,
  )
  return `/** What the model answers${calling === 'whole' ? '' : ' for a row'}. */
export interface ${name}Output {
${fields.join('\n')}
}

export interface ${name}Prediction {
  readonly output: ${name}Output
  /** To record the truth with, once it is known. */
  readonly predictionId: string
  /** Version of the model that answered. */
  readonly version: string
}
`
}

/** A property name: quoted where it is no identifier. */
export function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)
}

export function pascalCase(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter(Boolean)
  const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
  return /^\d/.test(joined) ? `Model${joined}` : joined
}
