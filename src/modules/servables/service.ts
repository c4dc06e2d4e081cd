import type { Tx } from '../../platform/db/index.ts'
import type { PythonRuntime } from '../../platform/inference/index.ts'
import type { Environments } from '../../platform/runtimes/index.ts'
import type { ModelVersion } from '../registry/index.ts'
import type { InputExample, PythonFormat } from './formats.ts'
import type { ModelSignature, ServableVariant } from './model.ts'
import type { ModelFiles } from './model-files.ts'
import type { ServableSettings } from './open-models.ts'
import type { PythonFiles } from './python-model.ts'
import type { ConnectModel } from './remote-file.ts'
import type { FoundSource } from './source.ts'
import type { OnnxForm, PackageFile, StoredModel, StoredPython } from './stored-model.ts'

/** Told in words what takes long. */
export type OnProgress = (text: string) => void

/**
 * Model versions as processes can open them. What was found servable once is known by the digest of its content, and stays so
 * over restarts and on every host that shares the database. Each method may be called at any time by anybody, once `open`
 * has resolved; the same work is not done twice at a time.
 */
export interface Servables {
  /** Called once, before anything else, by the module that has the settings. */
  open(settings: ServableSettings): Promise<void>
  /** Folders of this format are Python models from here on; told by whoever knows it, before anything is served. */
  readPython(format: PythonFormat): void
  /** What of a version is the model. Throws `model_not_servable` with what is missing. */
  findModelFiles(version: ModelVersion): ModelFiles
  /** The rows that were logged with a Python model, if its format keeps some. */
  findExample(model: {
    readonly files: readonly PackageFile[]
    readonly signature: ModelSignature
  }): Promise<InputExample | undefined>
  /**
   * A version as a variant that workers can load. It is opened once per content, in a process of its own. Throws
   * `model_not_servable` with the reason and the fix.
   */
  toServable(
    version: ModelVersion,
    given: { readonly name?: string; readonly weight: number; readonly onProgress?: OnProgress },
  ): Promise<ServableVariant>
  /** Whether `toServable` takes no time: nothing has to be built or looked at. */
  isPrepared(version: ModelVersion): Promise<boolean>
  /** Throws when another server that has the model does not have it any more as it was registered. */
  checkRemoteModel(version: ModelVersion): Promise<void>
  /** Registers a model that another server has; throws `remote_model_away` or `remote_model_unusable`. */
  connectModel(input: ConnectModel & { readonly createdBy?: string }): Promise<ModelVersion>
  /** Throws when one of its files, or its environment, cannot be made again. */
  findSource(digest: string): Promise<FoundSource>
  findModel(digest: string): Promise<StoredModel | undefined>
  /** By digest, of those that are known. */
  findSignatures(digests: readonly string[]): Promise<ReadonlyMap<string, ModelSignature>>
  /** Builds the environment of a Python model and looks at it once. */
  ensurePythonModel(
    version: ModelVersion,
    given: { readonly files: PythonFiles; readonly onProgress?: OnProgress | undefined },
  ): Promise<void>
  /** A Python model as it is run in Python, whatever form is in use. */
  openPythonModel(
    model: StoredModel & { readonly runtime: StoredPython },
    onProgress: OnProgress,
  ): Promise<{ readonly path: string; readonly runtime: PythonRuntime }>
  /** By digest of the Python model, the forms that are in use. */
  findOnnxForms(digests: readonly string[]): Promise<ReadonlyMap<string, OnnxForm>>
  /** What is loaded in the place of a Python model from here on; undefined: the model itself. */
  chooseOnnxForm(tx: Tx, digest: string, form: OnnxForm | undefined): Promise<void>
  /** The Python environments of this host. */
  environments(): Environments
}
