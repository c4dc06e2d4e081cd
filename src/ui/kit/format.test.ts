import { expect, it } from 'vitest'
import {
  formatBytes,
  formatCountOf,
  formatDuration,
  formatNumber,
  formatPercent,
  formatRelative,
  shortId,
} from './format.ts'

it('shows sizes in powers of 1000 with three digits', () => {
  expect([0, 999, 1000, 1_234_567, 5e12].map(formatBytes)).toEqual(['0 B', '999 B', '1.00 kB', '1.23 MB', '5.00 TB'])
})

it('shows durations in the two largest units', () => {
  expect([0.25, 840, 3200, 59_000, 250_000, 7_500_000, 273_600_000].map(formatDuration)).toEqual([
    '0.25 ms',
    '840 ms',
    '3.2 s',
    '59 s',
    '4 min 10 s',
    '2 h 5 min',
    '3 d 4 h',
  ])
})

it('keeps four significant digits and whole numbers whole', () => {
  expect([0.123456, 1234567, 0.00001234, 12.5, Number.NaN].map(formatNumber)).toEqual([
    '0.1235',
    '1,234,567',
    '1.23e-5',
    '12.5',
    'NaN',
  ])
})

it('shows shares without noise zeros', () => {
  expect([0, 0.1234, 1, 0.1].map((share) => formatPercent(share))).toEqual(['0%', '12.3%', '100%', '10%'])
})

it('tells how long ago, and how soon', () => {
  const now = 1_700_000_000_000
  expect([0, 12_000, 200_000, -7_300_000, 4 * 86_400_000].map((ago) => formatRelative(now - ago, now))).toEqual([
    'just now',
    '12 s ago',
    '3 min ago',
    'in 2 h',
    '4 d ago',
  ])
})

it('shortens ids and digests but leaves names alone', () => {
  expect(shortId('run_01k9abcdefghjkmnpqrstvwxyz')).toBe('run_…wxyz')
  expect(shortId('a'.repeat(64))).toBe('a'.repeat(12))
  expect(shortId('flight-delay')).toBe('flight-delay')
})

it('counts one thing in the singular', () => {
  const counted = [0, 1, 1204].map((count) => formatCountOf(count, 'runs'))
  expect(counted).toEqual(['0 runs', '1 run', '1,204 runs'])
  expect(['deliveries', 'watches', 'traces'].map((nouns) => formatCountOf(1, nouns))).toEqual([
    '1 delivery',
    '1 watch',
    '1 trace',
  ])
})
