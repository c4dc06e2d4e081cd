import type { ServableContext } from './context.ts'
import type { Servables } from './service.ts'
import type { ServableTables } from './tables.ts'

/** What is loaded in the place of Python models. */
export function createOnnxForms({
  db,
}: Pick<ServableContext, 'db'>): Pick<Servables, 'findOnnxForms' | 'chooseOnnxForm'> {
  return {
    findOnnxForms: async (digests) => {
      if (digests.length === 0) return new Map()
      const query = db.read.selectFrom('serving_models').select(['digest', 'onnxForm']).where('digest', 'in', digests)
      const rows = await query.where('onnxForm', 'is not', null).execute()
      return new Map(rows.map(({ digest, onnxForm }) => [digest, JSON.parse(onnxForm ?? '')]))
    },
    chooseOnnxForm: async (tx, digest, form) => {
      const onnxForm = form === undefined ? null : JSON.stringify(form)
      const { query } = tx.typed<ServableTables>()
      await query.updateTable('serving_models').set({ onnxForm }).where('digest', '=', digest).execute()
    },
  }
}
