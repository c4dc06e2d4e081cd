/**
 * Bytes, stored once: the SHA-256 of the content is its identity. Artifacts, dataset files and model packages share one
 * store, on disk or on S3, so equal bytes are kept once.
 *
 * Promises: a write that resolved is whole and durable, and its digest was computed from the bytes that were stored; a
 * write that failed leaves nothing visible; memory stays constant whatever the size. Nothing is ever overwritten.
 */
export {
  type BlobRef,
  type Blobs,
  type ByteRange,
  blobErrors,
  type Collection,
  type Upload,
} from './blobs.ts'
export { blobPath } from './key.ts'
export { openBlobs } from './open.ts'
export { localFolders } from './url.ts'
