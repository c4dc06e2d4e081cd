import { currentActor } from '../../kernel/actor.ts'
import { canonicalJson } from '../../kernel/json.ts'
import type { Platform } from '../../platform/platform.ts'
import { faultPoint } from '../../platform/runtime/index.ts'
import type { ModelVersion, Registry } from '../registry/index.ts'
import type { Tracking } from '../tracking/index.ts'
import { type Gate, type GateDefinition, gateDecided, type Verdict, validationErrors } from './model.ts'
import { checkRules, summarize } from './rules.ts'
import type { Question, ReferenceQuestion, Validation } from './service.ts'
import * as store from './store.ts'
import type { ValidationTables } from './tables.ts'

interface Needs {
  readonly registry: Registry
  readonly tracking: Tracking
}

export function createValidation(platform: Platform, { registry, tracking }: Needs): Validation {
  const db = platform.db.typed<ValidationTables>()
  const { clock, ids, events } = platform

  async function getGate(name: string): Promise<Gate> {
    const gate = await store.findGate(db.read, name)
    if (gate === undefined) throw validationErrors.gate_not_found({ gate: name })
    return gate
  }

  async function applyGate(definition: GateDefinition): Promise<Gate> {
    const { name, model, rules } = definition
    const known = await store.findGate(db.read, name)
    if (known !== undefined && canonicalJson([known.model, known.rules]) === canonicalJson([model, rules])) return known
    const now = clock.now()
    const gate: Gate = { id: ids('gat'), name, model, rules, createdAt: now, updatedAt: now }
    await db.transaction((tx) => store.upsertGate(tx.query, gate))
    return getGate(name)
  }

  async function decide(question: Question): Promise<Verdict> {
    const gate = await getGate(question.gate)
    const known = await store.findVerdictOn(db.read, gate.id, question.modelVersionId)
    if (known !== undefined) return known
    const version = await registry.resolve(question.modelVersionId)
    if (version.model !== gate.model) {
      const modelVersion = labelOf(version)
      throw validationErrors.gate_model_mismatch({
        gate: gate.name,
        expected: gate.model,
        actual: version.model,
        modelVersion,
      })
    }
    const verdict = await judge(gate, version, question)
    const written = await db.transaction(async (tx) => {
      if (!(await store.insertVerdict(tx.query, verdict))) return false
      const { id: verdictId, gate: gateName, model, modelVersionId, passed, summary } = verdict
      const payload = { verdictId, gate: gateName, model, modelVersionId, passed, summary }
      await events.emit(tx, gateDecided, verdictId, payload)
      return true
    })
    if (written) faultPoint('validation.gate.decided')
    return (await store.findVerdictOn(db.read, gate.id, version.id)) ?? verdict
  }

  async function judge(gate: Gate, version: ModelVersion, question: Question): Promise<Verdict> {
    const champion = await registry.findByAlias(gate.model, 'champion')
    const hasChampion = champion !== undefined && champion.id !== version.id
    const checks = checkRules(gate.rules, { metrics: question.metrics, hasChampion })
    const finite = Object.entries(question.metrics).filter(([, value]) => Number.isFinite(value))
    return {
      id: ids('ver'),
      gate: gate.name,
      gateId: gate.id,
      model: gate.model,
      modelVersionId: version.id,
      ...(hasChampion ? { championId: champion.id } : {}),
      passed: checks.every((check) => check.passed),
      checks,
      metrics: Object.fromEntries(finite),
      ...(question.subject === undefined ? {} : { subject: question.subject }),
      summary: summarize({ label: labelOf(version), gate: gate.name }, checks),
      decidedAt: clock.now(),
      actor: currentActor(),
    }
  }

  async function decideReference(question: ReferenceQuestion): Promise<Verdict> {
    const version = await registry.resolve(question.modelVersion)
    const metrics = question.metrics ?? (await metricsOf(version))
    return decide({ gate: question.gate, modelVersionId: version.id, metrics, subject: question.subject })
  }

  async function metricsOf(version: ModelVersion): Promise<Record<string, number>> {
    if (version.runId === undefined) return {}
    const metrics = await tracking.latestMetrics(version.runId)
    return Object.fromEntries(metrics.map((metric) => [metric.key, Number(metric.value)]))
  }

  // Protected aliases ask here; also inside a transaction that decides and moves at once.
  registry.askGates(async (tx, name, modelVersionId) => {
    const query = tx.typed<ValidationTables>().query
    const gate = await store.findGate(query, name)
    const verdict = gate && (await store.findVerdictOn(query, gate.id, modelVersionId))
    return verdict && { gate: name, verdictId: verdict.id, passed: verdict.passed }
  })

  return {
    applyGate,
    getGate,
    decide,
    decideReference,
    listGates: (query) => store.listGates(db.read, query),
    listVerdicts: (query) => store.listVerdicts(db.read, query),
    async getVerdict(id) {
      const verdict = await store.findVerdict(db.read, id)
      if (verdict === undefined) throw validationErrors.verdict_not_found({ verdict: id })
      return verdict
    },
  }
}

function labelOf(version: ModelVersion): string {
  return `${version.model}/${version.version}`
}
