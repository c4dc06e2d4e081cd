import { z } from 'zod'
import { defineSection, type Resource } from '../../kernel/resource.ts'
import type { Datasets } from './service.ts'

/** `datasets` in slipway.yaml: that a dataset exists, and what it is. Its versions are data and come otherwise. */
export const datasetResource: Resource<Datasets> = {
  noun: 'dataset',
  find: (datasets, dataset) => datasets.getDataset(dataset),
  section: defineSection({
    key: 'datasets',
    schema: z.strictObject({ description: z.string().max(10_000).default('') }).nullable(),
    refersTo: [],
    async apply(datasets: Datasets, declared) {
      const description = declared.entry?.description ?? ''
      const dataset = await datasets.ensureDataset({ name: declared.name, description })
      return dataset.description === description
        ? dataset
        : datasets.updateDataset({ dataset: dataset.name, description })
    },
    decides: ['description'],
  }),
}
