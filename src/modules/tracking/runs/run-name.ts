/** Names for runs that were given none: easy to say, hard to mix up, and fixed by the run's id. */

const adjectives =
  'able agile amber ample apt bold brave brisk calm civil clean clear clever cool crisp deft eager early even fair fine firm fleet fond frank free fresh glad golden grand handy hardy keen kind light lively loyal lucid mellow merry mild neat nimble noble plain polite prime proud quick quiet rapid ready rosy round sage sharp silent silver sleek smart smooth snug solid sound spry stable stark steady still stout sunny sure swift tidy tranquil trim true upright valiant vivid warm wise witty zesty'.split(
    ' ',
  )
const nouns =
  'anchor barge beacon bell bosun bow brig buoy cabin canvas capstan cleat clipper compass cove current cutter deck dinghy dock estuary ferry flag fleet galley gull harbor hatch haven heron hold hull jetty jib keel kelp knot ladder lagoon lantern launch ledger lighthouse lock log mast mooring oar osprey pennant petrel pier pilot pontoon port quay raft reef rigging rope rudder sail sailor schooner seal sextant shoal shore sloop spar spray squall stern strait swell tackle tern tide tiller trawler tug vane voyage wake wave wharf wheel winch wind yacht yard yawl'.split(
    ' ',
  )

export function nameFor(id: string): string {
  const mixed = mix(id)
  const pick = (words: readonly string[], at: number) => words[at % words.length] ?? ''
  return `${pick(adjectives, mixed)}-${pick(nouns, mixed >>> 8)}-${(mixed >>> 16) % 1000}`
}

// FNV-1a with a final mix (the finalizer of MurmurHash3), so that ids that differ in one character get unlike names.
function mix(text: string): number {
  let hash = 0x811c9dc5
  for (const character of text) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
