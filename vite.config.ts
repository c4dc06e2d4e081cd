import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { precompress } from './src/ui/build/precompress.ts'

/** Builds the web application into `dist/ui`; `npm run dev:ui` serves it with the API of a server on port 5000. */
export default defineConfig({
  root: 'src/ui',
  plugins: [react(), precompress()],
  build: {
    outDir: '../../dist/ui',
    emptyOutDir: true,
    target: 'es2023',
    // Hashed names under /assets: the server may let browsers keep them for ever.
    assetsDir: 'assets',
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1700,
    rolldownOptions: {
      // A door is read through: a page gets the parts it names, and not the others behind the same door.
      treeshake: {
        moduleSideEffects: [
          { test: /src[\\/](sdk[\\/]index|ui[\\/](\w+[\\/]index|ground[\\/]wire))\.ts$/, sideEffects: false },
        ],
      },
      output: {
        codeSplitting: {
          groups: [
            // Few large files load faster than fifty small ones. What only charts and graphs need stays apart.
            { name: 'libraries', test: /node_modules[\\/](?!echarts|zrender|tslib|uplot|elkjs)/ },
            {
              name: 'kit',
              test: /src[\\/]ui[\\/](kit[\\/](?!charts[\\/](line-plot|bar-plot|many-plot|echarts|uplot|parallel-chart|contour-chart|scatter-chart)|mini-bars|graph[\\/]graph-layout)|app[\\/]|ground[\\/])|[\\/](queries|paths|pages)\.ts$|src[\\/]sdk[\\/](?!event-types|event-sentence)/,
            },
          ],
        },
      },
    },
  },
  worker: { format: 'es' },
  server: {
    port: 5173,
    proxy: Object.fromEntries(
      ['/v1', '/v2', '/api', '/health', '/ready', '/version', '/docs', '/openapi.json'].map((path) => [
        path,
        { target: 'http://127.0.0.1:5000' },
      ]),
    ),
  },
})
