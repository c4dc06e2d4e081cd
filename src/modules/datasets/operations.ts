import { z } from 'zod'
import { Nothing, operation } from '../../kernel/operation.ts'
import { pageOf, pageQuery } from '../../kernel/paging.ts'
import { blobOperations } from './blob-operations.ts'
import {
  Dataset,
  DatasetFile,
  DatasetName,
  DatasetVersion,
  Digest,
  Preview,
  Profile,
  VersionDiff,
  versionRefOf,
} from './model.ts'
import { renderPreview, renderProfile } from './render.ts'
import type { Datasets } from './service.ts'

const dataset = z.string().max(200).describe('Name or id of the dataset.')
const version = z.string().max(200).describe('A number, `latest`, or the id of a version.')
const path = z.string().max(1024).optional().describe('One file; without it all tables of the version together.')
const address = { dataset, version }

const versionErrors = ['dataset_not_found', 'dataset_version_not_found', 'dataset_version_deleted'] as const

const list = operation({
  name: 'datasets.list',
  http: 'GET /v1/datasets',
  summary: 'List datasets by name.',
  input: z.object({ ...pageQuery, search: z.string().max(128).optional().describe('Part of the name.') }),
  output: pageOf(Dataset),
  allow: 'datasets:read',
  subject: 'datasets',
  run: (datasets: Datasets, input) => datasets.listDatasets(input),
})

const create = operation({
  name: 'datasets.create',
  http: 'POST /v1/datasets',
  summary: 'Create a dataset.',
  input: z.object({ name: DatasetName, description: z.string().max(10_000).default('') }),
  output: Dataset,
  errors: ['dataset_exists'],
  allow: 'datasets:write',
  subject: 'dataset:{name}',
  status: 201,
  cli: { args: ['name'], examples: ['slipway datasets create flights --description "US flights"'] },
  run: (datasets: Datasets, input) => datasets.createDataset(input),
})

const get = operation({
  name: 'datasets.get',
  http: 'GET /v1/datasets/{dataset}',
  summary: 'Show a dataset.',
  input: z.object({ dataset }),
  output: Dataset,
  errors: ['dataset_not_found'],
  allow: 'datasets:read',
  subject: 'dataset:{dataset}',
  run: (datasets: Datasets, input) => datasets.getDataset(input.dataset),
})

const update = operation({
  name: 'datasets.update',
  http: 'PATCH /v1/datasets/{dataset}',
  summary: 'Change the description of a dataset.',
  input: z.object({ dataset, description: z.string().max(10_000) }),
  output: Dataset,
  errors: ['dataset_not_found'],
  allow: 'datasets:write',
  subject: 'dataset:{dataset}',
  run: (datasets: Datasets, input) => datasets.updateDataset(input),
})

const remove = operation({
  name: 'datasets.delete',
  http: 'DELETE /v1/datasets/{dataset}',
  summary: 'Delete a dataset.',
  description:
    'Refused while it has versions, unless withVersions is true. Records stay for lineage; the name is free.',
  input: z.object({ dataset, withVersions: z.boolean().default(false) }),
  output: Nothing,
  errors: ['dataset_not_found', 'dataset_not_empty'],
  allow: 'datasets:write',
  subject: 'dataset:{dataset}',
  run: async (datasets: Datasets, input) => {
    await datasets.deleteDataset(input)
    return {}
  },
})

const listVersions = operation({
  name: 'datasets.versions.list',
  http: 'GET /v1/datasets/{dataset}/versions',
  summary: 'List the versions of a dataset, newest first.',
  input: z.object({ dataset, ...pageQuery }),
  output: pageOf(DatasetVersion),
  errors: ['dataset_not_found'],
  allow: 'datasets:read',
  subject: 'dataset:{dataset}',
  run: (datasets: Datasets, input) => datasets.listVersions(input),
})

const createVersion = operation({
  name: 'datasets.versions.create',
  http: 'POST /v1/datasets/{dataset}/versions',
  summary: 'Add a version to a dataset from files whose bytes are already stored.',
  description: 'Store the bytes first with PUT /v1/blobs. The same files as the newest version answer that version.',
  input: z.object({
    dataset,
    files: z.array(DatasetFile).max(100_000).default([]),
    fileList: Digest.optional().describe(
      'Instead of files, for very many: a stored blob with one file of the same form per line of JSON.',
    ),
    message: z.string().max(10_000).default(''),
    parents: z.array(z.string().regex(/^dsv_/, 'the id of a dataset version')).max(1000).default([]),
    metadata: z.record(z.string().max(250), z.json()).default({}),
  }),
  output: DatasetVersion,
  errors: ['dataset_not_found', 'dataset_files_invalid', 'file_list_invalid', 'dataset_version_not_found'],
  allow: 'datasets:write',
  subject: 'dataset:{dataset}',
  status: 201,
  run: async (datasets: Datasets, input) => {
    const { fileList, ...version } = input
    const files = fileList === undefined ? input.files : await datasets.readFileList(fileList)
    const { files: _files, ...summary } = await datasets.createVersion({ ...version, files })
    return summary
  },
})

const getVersion = operation({
  name: 'datasets.versions.get',
  http: 'GET /v1/datasets/{dataset}/versions/{version}',
  summary: 'Show a version of a dataset.',
  input: z.object(address),
  output: DatasetVersion,
  errors: versionErrors,
  allow: 'datasets:read',
  subject: 'dataset:{dataset}/versions/{version}',
  cli: { examples: ['slipway datasets versions get flights latest'] },
  run: (datasets: Datasets, input) => datasets.getVersionSummary(versionRefOf(input)),
})

const deleteVersion = operation({
  name: 'datasets.versions.delete',
  http: 'DELETE /v1/datasets/{dataset}/versions/{version}',
  summary: 'Delete a version; its record stays for lineage, its bytes may be collected.',
  input: z.object(address),
  output: Nothing,
  errors: versionErrors,
  allow: 'datasets:write',
  subject: 'dataset:{dataset}/versions/{version}',
  run: async (datasets: Datasets, input) => {
    await datasets.deleteVersion(versionRefOf(input))
    return {}
  },
})

const listFiles = operation({
  name: 'datasets.versions.files',
  http: 'GET /v1/datasets/{dataset}/versions/{version}/files',
  summary: 'List the files of a version in order of their paths.',
  input: z.object({ ...address, ...pageQuery, prefix: z.string().max(1024).optional().describe('Begin of the path.') }),
  output: pageOf(DatasetFile),
  errors: versionErrors,
  allow: 'datasets:read',
  subject: 'dataset:{dataset}/versions/{version}',
  run: (datasets: Datasets, input) => datasets.listFiles({ ...input, ref: versionRefOf(input) }),
})

const preview = operation({
  name: 'datasets.versions.preview',
  http: 'GET /v1/datasets/{dataset}/versions/{version}/preview',
  summary: 'Show the first rows of the tables of a version.',
  input: z.object({
    ...address,
    path,
    limit: z.coerce.number().int().min(1).max(1000).default(50),
    offset: z.coerce.number().int().min(0).max(1_000_000_000).default(0),
  }),
  output: Preview,
  errors: [...versionErrors, 'dataset_file_not_found', 'dataset_no_table'],
  allow: 'datasets:read',
  subject: 'dataset:{dataset}/versions/{version}',
  cli: { render: renderPreview, examples: ['slipway datasets versions preview flights latest --limit 5'] },
  run: (datasets: Datasets, input) => datasets.preview({ ...input, ref: versionRefOf(input) }),
})

const profile = operation({
  name: 'datasets.versions.profile',
  http: 'GET /v1/datasets/{dataset}/versions/{version}/profile',
  summary: 'Count, range, mean, quantiles and most frequent values of each column.',
  input: z.object({ ...address, path }),
  output: Profile,
  errors: [...versionErrors, 'dataset_file_not_found', 'dataset_no_table'],
  allow: 'datasets:read',
  subject: 'dataset:{dataset}/versions/{version}',
  cli: { render: renderProfile, examples: ['slipway datasets versions profile flights latest'] },
  run: (datasets: Datasets, input) => datasets.profile({ ...input, ref: versionRefOf(input) }),
})

const diff = operation({
  name: 'datasets.versions.diff',
  http: 'GET /v1/datasets/{dataset}/versions/{version}/diff',
  summary: 'Compare the files of two versions.',
  input: z.object({ ...address, from: z.string().max(200).describe('The older version: a number, a ref or an id.') }),
  output: VersionDiff,
  errors: versionErrors,
  allow: 'datasets:read',
  subject: 'dataset:{dataset}/versions/{version}',
  cli: { args: ['dataset', 'version', 'from'], examples: ['slipway datasets versions diff flights 2 1'] },
  run: (datasets: Datasets, input) => {
    const from = /^\d+$/.test(input.from) ? `${input.dataset}@${input.from}` : input.from
    return datasets.diffVersions(from, versionRefOf(input))
  },
})

export const operations = [
  list,
  create,
  get,
  update,
  remove,
  listVersions,
  createVersion,
  getVersion,
  deleteVersion,
  listFiles,
  preview,
  profile,
  diff,
  ...blobOperations,
]
