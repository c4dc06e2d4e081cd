import type { Catalog } from './catalog.ts'
import type { Previews } from './preview.ts'
import type { Profiles } from './profile.ts'
import type { StoredBlobs } from './stored-blobs.ts'
import type { Versions } from './versions.ts'

/**
 * The door of datasets. `ref` is `name@3`, `name@latest`, `name` (the latest) or a `dsv_` id. Writing functions take an
 * open transaction as last argument when the caller has more to make true together with them.
 */
export interface Datasets extends Catalog, Versions, Previews, Profiles, StoredBlobs {}
