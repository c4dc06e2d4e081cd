import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { queryClient } from '../ground/query-client.ts'
import { LiveProvider } from './live.tsx'
import { createAppRouter } from './router.tsx'
import { theme } from './theme.ts'

const router = createAppRouter()

/** Loads the first page, so that the first thing drawn is the page and not its skeleton. */
export const firstPage = (): Promise<void> => router.load()

/** The whole application: theme, data, live updates, pages. */
export function App() {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <Notifications position="bottom-right" limit={4} autoClose={4000} />
      <QueryClientProvider client={queryClient}>
        <LiveProvider>
          <RouterProvider router={router} />
        </LiveProvider>
      </QueryClientProvider>
    </MantineProvider>
  )
}
