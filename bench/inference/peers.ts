import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

/** The other servers, each in a virtual environment of its own under .cache, made on first use. */
export interface Peer {
  readonly name: string
  readonly port: number
  /** Where it speaks a form of its own: the path, and the body for one row. */
  readonly speaks?: { readonly path: string; readonly body: (row: readonly number[]) => object }
  stop(): void
}

const here = import.meta.dirname
const cache = join(here, '../../.cache')

/** Undefined, with a line that says why, when the environment cannot be made (no Python, no network). */
export async function startFastApi(model: string, port: number): Promise<Peer | undefined> {
  const bin = environment('inference-python', ['fastapi', 'uvicorn[standard]', 'onnxruntime', 'numpy'])
  if (bin === undefined) return undefined
  const args = [
    'fastapi_peer:app',
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--no-access-log',
    '--log-level',
    'error',
  ]
  const child = spawn(join(bin, 'uvicorn'), args, {
    cwd: here,
    env: { ...process.env, MODEL_PATH: model },
    stdio: 'ignore',
  })
  return ready({ name: 'FastAPI + onnxruntime', port, child, path: '/openapi.json' })
}

export async function startMlServer(model: string, port: number): Promise<Peer | undefined> {
  const bin = environment('mlserver-python', ['mlserver', 'onnxruntime'])
  if (bin === undefined) return undefined
  const folder = join(cache, 'mlserver-peer')
  mkdirSync(folder, { recursive: true })
  cpSync(join(here, 'mlserver_peer'), folder, { recursive: true })
  return startMlServerIn({
    bin,
    folder,
    port,
    model: { implementation: 'onnx_runtime.OnnxModel', parameters: { uri: model } },
  })
}

export async function startBentoMl(model: string, port: number): Promise<Peer | undefined> {
  const bin = environment('bentoml-python', ['bentoml', 'onnxruntime', 'numpy'])
  if (bin === undefined) return undefined
  const args = ['serve', 'bentoml_peer:Demo', '--host', '127.0.0.1', '--port', String(port)]
  const env = { ...process.env, MODEL_PATH: model, BENTOML_DO_NOT_TRACK: 'True' }
  const child = spawn(join(bin, 'bentoml'), args, { cwd: here, env, stdio: 'ignore' })
  const speaks = { path: '/infer', body: (row: readonly number[]) => ({ features: [row] }) }
  return ready({ name: 'BentoML', port, child, path: '/readyz', speaks })
}

/** `mlflow models serve` of the same file, saved as a model of MLflow's ONNX flavor. */
export async function startMlflow(model: string, port: number): Promise<Peer | undefined> {
  const bin = environment('mlflow-serve-python', ['mlflow', 'onnx', 'onnxruntime'])
  if (bin === undefined) return undefined
  const saved = join(cache, 'mlflow-peer')
  rmSync(saved, { recursive: true, force: true })
  const save = 'import sys, mlflow, onnx; mlflow.onnx.save_model(onnx.load(sys.argv[1]), sys.argv[2])'
  execFileSync(join(bin, 'python'), ['-c', save, model, saved], { stdio: 'ignore' })
  const args = ['models', 'serve', '-m', saved, '-h', '127.0.0.1', '-p', String(port), '--env-manager', 'local']
  // It starts its server by name.
  const env = { ...process.env, PATH: [bin, process.env.PATH].join(delimiter), MLFLOW_DISABLE_TELEMETRY: 'true' }
  const child = spawn(join(bin, 'mlflow'), args, { env, stdio: 'ignore' })
  const speaks = { path: '/invocations', body: (row: readonly number[]) => ({ inputs: { features: [row] } }) }
  return ready({ name: '`mlflow models serve`', port, child, path: '/ping', speaks })
}

/** Interpreter of an environment with MLServer's scikit-learn runtime, which both servers then run the model with. */
export function scikitEnvironment(): string | undefined {
  const bin = environment('mlserver-sklearn-python', ['mlserver', 'mlserver-sklearn'])
  return bin === undefined ? undefined : join(bin, 'python')
}

/** MLServer with its scikit-learn runtime, in the environment of that interpreter. */
export async function startMlServerScikit(
  python: string,
  given: { readonly folder: string; readonly port: number; readonly settings: object },
): Promise<Peer | undefined> {
  const model = {
    implementation: 'mlserver_sklearn.SKLearnModel',
    parameters: { uri: join(given.folder, 'model.joblib') },
    ...given.settings,
  }
  return startMlServerIn({ ...given, bin: dirname(python), model })
}

interface MlServer {
  readonly bin: string
  readonly folder: string
  readonly port: number
  /** For model-settings.json. */
  readonly model: object
}

function startMlServerIn({ bin, folder, port, model }: MlServer): Promise<Peer | undefined> {
  const settings = {
    host: '127.0.0.1',
    http_port: port,
    grpc_port: port + 1,
    metrics_port: port + 2,
    parallel_workers: 0,
    debug: false,
  }
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings))
  writeFileSync(join(folder, 'model-settings.json'), JSON.stringify({ name: 'demo', ...model }))
  const child = spawn(join(bin, 'mlserver'), ['start', folder], { cwd: folder, stdio: 'ignore' })
  return ready({ name: 'MLServer', port, child, path: '/v2/models/demo/ready' })
}

function environment(name: string, packages: readonly string[]): string | undefined {
  const folder = join(cache, name)
  const bin = join(folder, 'bin')
  const marker = join(folder, 'installed')
  if (existsSync(marker)) return bin
  try {
    execFileSync('python3', ['-m', 'venv', folder], { stdio: 'ignore' })
    execFileSync(join(bin, 'pip'), ['install', '--quiet', ...packages], { stdio: 'inherit' })
    writeFileSync(marker, '')
    return bin
  } catch (error) {
    console.log(`skipped ${name}: ${error instanceof Error ? error.message.split('\n')[0] : error}`)
    return undefined
  }
}

async function ready(peer: {
  name: string
  port: number
  child: ChildProcess
  path: string
  speaks?: Peer['speaks']
}): Promise<Peer | undefined> {
  // Some start processes of their own and leave them when they are killed; they are asked first.
  const stop = () => peer.child.kill(peer.speaks === undefined ? 'SIGKILL' : 'SIGTERM')
  for (let waited = 0; waited < 60_000 && peer.child.exitCode === null; waited += 100) {
    try {
      const response = await fetch(`http://127.0.0.1:${peer.port}${peer.path}`)
      if (response.ok) return { name: peer.name, port: peer.port, speaks: peer.speaks, stop }
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  stop()
  console.log(`skipped ${peer.name}: it did not start`)
  return undefined
}
