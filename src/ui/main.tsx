import './app/fonts.css'
import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './app/tokens.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App, firstPage } from './app/app.tsx'
import { keepTokenForFiles } from './ground/client.ts'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root element')
keepTokenForFiles()
await firstPage()
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
