import { lazy } from 'react'

/** An ONNX file as a graph; the code that reads it is fetched with the first one. */
export const OnnxView = lazy(() => import('./onnx-view.tsx'))
