/**
 * Loaded before a step's own code (`node --import`), so that a step script finds what it imports although it runs from a
 * snapshot of the project and not from the project's folder: first as always; then in the `node_modules` folders that NODE_PATH lists; then
 * among the packages that came with Slipway. `slipway/step` is always the one of the server that runs the step.
 */
import * as nodeModule from 'node:module'
import { delimiter, extname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const stepUrl = new URL(`./step${extname(import.meta.url)}`, import.meta.url).href
const folders = (process.env.NODE_PATH ?? '').split(delimiter).filter((folder) => folder !== '')
const fallbacks = [...folders.map((folder) => pathToFileURL(join(folder, '..', 'step.js')).href), import.meta.url]

// A step may run on an older Node than the server; one without hooks finds only what lies beside the step.
nodeModule.registerHooks?.({
  resolve(specifier, context, next) {
    if (specifier === 'slipway/step') return { url: stepUrl, shortCircuit: true }
    try {
      return next(specifier, context)
    } catch (error) {
      if (/^[./]|^\w+:/.test(specifier)) throw error
      for (const parentURL of fallbacks) {
        try {
          return next(specifier, { ...context, parentURL })
        } catch {
          // Not there either; the first error, which names the step's own file, is the one to show.
        }
      }
      throw error
    }
  },
})
