import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { FAMILIES, familyOf } from '../../src/config/families.ts'
import { resolveModel } from '../../src/config/snapshot.ts'
import { CAPABILITIES, EFFORTS, type DialectId } from '../../src/protocol/target.ts'
import { MINIMAL, targetOf, WIRE } from './fixture.ts'

const CHAT = { dialect: 'openai_chat', endpoint: 'http://127.0.0.1:1/v1' } as const

test('a model has the family of the longest prefix, whatever stands before and after it', () => {
  const cases: readonly [DialectId, string, string | null][] = [
    ['openai_responses', 'gpt-5.6', 'gpt-5.6'],
    ['openai_responses', 'gpt-5.5-2026-04-23', 'gpt-5.5'],
    ['openai_responses', 'gpt-5.5-pro-2026-04-23', 'gpt-5.5-pro'],
    ['openai_responses', 'gpt-5.5-case-3', 'gpt-5.5'],
    ['openai_responses', 'gpt-5.1-codex-max', 'gpt-5.1-codex-max'],
    ['openai_responses', 'gpt-5.3-codex', 'gpt-5.3'],
    ['openai_responses', 'gpt-5-mini', 'gpt-5'],
    ['openai_responses', 'gpt-5-chat-latest', 'gpt-5-chat'],
    ['openai_responses', 'o3-mini', 'o3'],
    ['openai_responses', 'GPT-4.1-nano', 'gpt-4.1'],
    ['openai_chat', 'openai/gpt-5.4', 'gpt-5.4'],
    ['openai_chat', 'gpt-oss:20b', null],
    ['openai_chat', 'claude-opus-5', null],
    ['anthropic_messages', 'claude-opus-5', 'claude-opus-5'],
    ['anthropic_messages', 'claude-opus-5-20260724', 'claude-opus-5'],
    ['anthropic_messages', 'anthropic/claude-opus-5-5', 'claude-opus-5-5'],
    ['anthropic_messages', 'claude-fable-5-2', 'claude-fable-5'],
    ['anthropic_messages', 'claude-opus-4-6-case-1', 'claude-opus-4-6'],
    ['anthropic_messages', 'claude-opus-4-20250514', 'claude-opus-4'],
    ['anthropic_messages', 'anthropic/claude-opus-4.6', 'claude-opus-4-6'],
    ['anthropic_messages', 'claude-3.7-sonnet', 'claude-3-7'],
    ['anthropic_messages', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5'],
    ['openai_responses', 'gpt-4-1106-preview', 'gpt-4'],
    ['gemini', 'models/gemini-3.5-flash-lite', 'gemini-3.5-flash-lite'],
    ['gemini', 'gemini-3.5-flash-case-2', 'gemini-3'],
    ['gemini', 'gemini-3.1-pro-preview', 'gemini-3.1-pro'],
    ['gemini', 'gemini-2.5-flash-lite', 'gemini-2.5-flash-lite'],
    ['gemini', 'gemini-flash-latest', null],
  ]
  assert.deepEqual(
    cases.map(([dialect, model]) => [dialect, model, familyOf(dialect, model)?.prefix ?? null]),
    cases,
  )
})

test('names of rows are unique within a dialect', () => {
  const names = FAMILIES.map(({ dialect, prefix }) => `${dialect} ${prefix}`)
  assert.equal(new Set(names).size, names.length)
})

const dashed = (name: string): string => name.replaceAll('.', '-')

test('a longer name never gets a shorter prefix', () => {
  fc.assert(
    fc.property(fc.constantFrom(...FAMILIES), fc.string(), ({ dialect, prefix }, rest) => {
      const suffix = rest.replaceAll('/', '').toLowerCase()
      const found = familyOf(dialect, prefix + suffix)
      assert.ok(found && found.prefix.length >= prefix.length)
      assert.ok(dashed(prefix + suffix).startsWith(dashed(found.prefix)))
    }),
  )
})

test('an unknown model is held to the newest family of its dialect, without its sizes; a chat server takes everything that its quirks leave room for', (t) => {
  const facts = (dialect: 'openai_responses' | 'anthropic_messages' | 'gemini', like: string) => {
    const target = targetOf(t, { dialect })
    const unknown = resolveModel(target, 'x', WIRE)?.resolved
    const newest = resolveModel(target, like, WIRE)?.resolved
    assert.deepEqual(
      { ...unknown, model: like, rules: { ...unknown?.rules, family: like } },
      { ...newest, context_window: null, max_output_tokens: null },
    )
    assert.equal(unknown?.rules.family, null)
  }
  facts('openai_responses', 'gpt-5.6')
  facts('anthropic_messages', 'claude-fable-5')
  facts('gemini', 'gemini-4')
  const plain = resolveModel(targetOf(t, CHAT), 'x', WIRE)?.resolved
  assert.deepEqual(plain?.capabilities, { ...WIRE, top_k: false })
  assert.deepEqual(plain?.rules.efforts, EFFORTS)
})

const voice = fc.record(Object.fromEntries(CAPABILITIES.map((name) => [name, fc.boolean()])), {
  requiredKeys: [],
})

test('a capability holds where the wire can say it and the first of model, target and family that names it says so', (t) => {
  const target = targetOf(t, { dialect: 'anthropic_messages' })
  const wires = fc.record(Object.fromEntries(CAPABILITIES.map((name) => [name, fc.boolean()])))
  fc.assert(
    fc.property(
      wires,
      voice,
      voice,
      fc.constantFrom('claude-opus-5', 'claude-3', 'x'),
      (wire, own, all, model) => {
        const asked = {
          ...target,
          capabilities: all,
          entries: new Map([[model, { capabilities: own }]]),
        }
        const found = resolveModel(asked, model, { ...WIRE, ...wire })?.resolved.capabilities
        const row = (
          familyOf(target.dialect, model) ??
          FAMILIES.find(({ dialect }) => dialect === target.dialect)
        )?.capabilities
        for (const name of CAPABILITIES)
          assert.equal(
            found?.[name],
            wire[name] && (own[name] ?? all[name] ?? row?.[name] ?? true),
            name,
          )
      },
    ),
  )
})

test('what the quirks of a chat server leave no way to ask for, nobody can switch on; other wires have no quirks', (t) => {
  const yes = { top_k: true, json_mode: true, forced_tool_choice: true, seed: true }
  const lost = {
    top_k: false,
    json_mode: false,
    json_schema: false,
    stop: false,
    penalties: false,
    documents: false,
    audio: false,
  }
  const denied = { ...lost, tool_choice: 'none', seed_field: null, reasoning_effort: null }
  const of = (target: object) => resolveModel(targetOf(t, target), 'm', WIRE)?.resolved.capabilities
  const said = { capabilities: yes, models: { m: { capabilities: yes } } }
  const others = { forced_tool_choice: false, seed: false, reasoning: false }
  assert.deepEqual(of({ ...CHAT, ...said, quirks: denied }), { ...WIRE, ...lost, ...others })
  assert.deepEqual(of({ ...CHAT, ...said, quirks: { preset: 'deepseek', top_k: true } }), {
    ...WIRE,
    json_schema: false,
    seed: false,
    documents: false,
    audio: false,
  })
  assert.deepEqual(of({ dialect: 'gemini', ...said, capabilities: yes })?.top_k, true)
})

test('every rule that the configuration names wins over the family', (t) => {
  const target = targetOf(t, {
    dialect: 'anthropic_messages',
    models: {
      'claude-opus-5': {
        context_window: 7,
        max_output_tokens: 5,
        reasoning: { efforts: ['low'], budget: true },
        prefill: true,
        system_in_conversation: false,
      },
      mine: { family: 'claude-haiku-4-5' },
    },
  })
  const { resolved: own } = resolveModel(target, 'claude-opus-5', WIRE) ?? {}
  const { resolved: row } =
    resolveModel({ ...target, entries: new Map() }, 'claude-opus-5', WIRE) ?? {}
  assert.deepEqual(own, {
    ...row,
    context_window: 7,
    max_output_tokens: 5,
    rules: {
      ...row?.rules,
      efforts: ['low'],
      budget: true,
      prefill: true,
      system_in_conversation: false,
    },
  })
  const { resolved: mine } = resolveModel(target, 'mine', WIRE) ?? {}
  const { resolved: haiku } = resolveModel(target, 'claude-haiku-4-5', WIRE) ?? {}
  assert.deepEqual({ ...mine, model: 'claude-haiku-4-5' }, haiku)
})

test('a target serves its models and its default model, and others only if it takes any', (t) => {
  const serves = (target: object, model: string): boolean =>
    resolveModel(targetOf(t, { any_model: false, ...target }), model, WIRE) !== null
  assert.equal(serves({ models: { m: {} } }, 'm'), true)
  assert.equal(serves({ models: { m: {} } }, 'n'), false)
  assert.equal(serves({ default_model: 'm' }, 'm'), true)
  assert.equal(serves({ default_model: 'm' }, 'n'), false)
  assert.equal(serves({ default_model: 'm', any_model: true }, 'n'), true)
  assert.equal(serves({ default_model: 'm', any_model: true }, 'constructor'), true)
})

test("a model's own prices win over the target's, also where it has none; what is left out is null", (t) => {
  const pricing = { currency: 'USD', input: '1.25', output: '10' }
  const tiers = [{ above_input_tokens: 9, cached_input: null, input: '2' }]
  const target = targetOf(t, {
    pricing,
    models: { free: { pricing: null }, own: { pricing: { ...pricing, per_tokens: 1000, tiers } } },
  })
  const priceOf = (model: string) => resolveModel(target, model, WIRE)?.pricing
  const whole = {
    ...pricing,
    per_tokens: 1_000_000,
    cached_input: null,
    cache_write: null,
    cache_write_1h: null,
    request: null,
    tiers: [],
  }
  assert.deepEqual(
    [priceOf('other'), priceOf('free'), priceOf('own')],
    [whole, null, { ...whole, per_tokens: 1000, tiers }],
  )
})

test('a preset is corrected field by field; OpenAI has its own on its own host, anyone else the generic one', (t) => {
  const quirks = (target: object) => targetOf(t, { ...CHAT, ...target }).quirks
  const generic = quirks({})
  assert.equal(
    quirks({ endpoint: 'https://api.openai.com/v1' }).max_tokens_field,
    'max_completion_tokens',
  )
  assert.equal(generic.max_tokens_field, 'max_tokens')
  assert.deepEqual(quirks({ quirks: { top_k: true } }), { ...generic, top_k: true })
  assert.deepEqual(quirks({ quirks: { preset: 'mistral', stream_usage: true } }), {
    ...quirks({ quirks: 'mistral' }),
    stream_usage: true,
  })
  assert.deepEqual(quirks({ quirks: { preset: 'vllm', reasoning_field: null } }), {
    ...quirks({ quirks: 'vllm' }),
    reasoning_field: null,
  })
})

test('what a server cannot do with any model wins over the family, and the configuration over the server', (t) => {
  const rules = (target: object) =>
    resolveModel(targetOf(t, { ...CHAT, ...target }), 'm', WIRE)?.resolved.rules
  assert.equal(rules({})?.tools_with_schema, true)
  assert.equal(rules({ quirks: 'llama_cpp' })?.tools_with_schema, false)
  assert.equal(rules({ quirks: 'openrouter' })?.budget, true)
  assert.equal(
    rules({ quirks: 'openrouter', models: { m: { reasoning: { budget: false } } } })?.budget,
    false,
  )
})

test('rows say what the vendors document', (t) => {
  const said = (dialect: 'openai_responses' | 'anthropic_messages' | 'gemini', model: string) => {
    const { capabilities, rules } =
      resolveModel(targetOf(t, { ...MINIMAL, dialect }), model, WIRE)?.resolved ?? {}
    const lacks = CAPABILITIES.filter((name) => !capabilities?.[name])
    return [
      rules?.efforts.join(' '),
      rules?.budget,
      rules?.prefill,
      rules?.reasons_by_default,
      lacks.join(' '),
    ]
  }
  assert.deepEqual(
    {
      'gpt-5.6': said('openai_responses', 'gpt-5.6'),
      'gpt-5.4': said('openai_responses', 'gpt-5.4'),
      'gpt-5': said('openai_responses', 'gpt-5'),
      'gpt-4o': said('openai_responses', 'gpt-4o'),
      'claude-haiku-4-5': said('anthropic_messages', 'claude-haiku-4-5'),
      'claude-opus-4-6': said('anthropic_messages', 'claude-opus-4-6'),
      'claude-opus-4-8': said('anthropic_messages', 'claude-opus-4-8'),
      'claude-sonnet-5': said('anthropic_messages', 'claude-sonnet-5'),
      'claude-fable-5-2': said('anthropic_messages', 'claude-fable-5-2'),
      'gemini-2.5-pro': said('gemini', 'gemini-2.5-pro'),
      'gemini-3.5-flash': said('gemini', 'gemini-3.5-flash'),
      'gemini-3.8-flash': said('gemini', 'gemini-3.8-flash'),
      'gemini-4-argon': said('gemini', 'gemini-4-argon'),
    },
    {
      'gpt-5.6': ['none low medium high xhigh max', false, false, true, ''],
      'gpt-5.4': ['none low medium high xhigh', false, false, false, ''],
      'gpt-5': ['minimal low medium high', false, false, true, 'sampling'],
      'gpt-4o': ['', false, false, false, 'reasoning'],
      'claude-haiku-4-5': ['none', true, true, false, ''],
      'claude-opus-4-6': ['none low medium high max', true, false, false, ''],
      'claude-opus-4-8': ['none low medium high xhigh max', false, false, false, 'sampling top_k'],
      'claude-sonnet-5': ['none low medium high xhigh max', false, false, true, 'sampling top_k'],
      'claude-fable-5-2': [
        'low medium high xhigh max',
        false,
        false,
        true,
        'forced_tool_choice sampling top_k',
      ],
      'gemini-2.5-pro': ['', true, true, true, ''],
      'gemini-3.5-flash': ['minimal low medium high', true, true, true, ''],
      'gemini-3.8-flash': ['low medium high', true, false, true, 'sampling top_k'],
      'gemini-4-argon': ['low medium high', false, false, true, 'sampling top_k'],
    },
  )
})
