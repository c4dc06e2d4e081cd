import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { choosePort } from './public-port.ts'

async function openPort() {
  const servers: Server[] = []
  const port = await choosePort('127.0.0.1', 0, async (at) => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(at, resolve))
    servers.push(server)
    return { server }
  })
  await port.open()
  const listening = () => servers.filter((server) => server.listening).map((server) => server.address() as AddressInfo)
  return { port, listening }
}

it('is taken back once, however many workers go at the same time', async () => {
  const { port, listening } = await openPort()
  await port.release()
  await Promise.all([port.acquire(), port.acquire()])
  expect(listening()).toMatchObject([{ port: port.port }])
  await port.release()
  expect(listening()).toEqual([])
})

it('is left to the workers also when they come while it is being taken back', async () => {
  const { port, listening } = await openPort()
  await port.release()
  await Promise.all([port.acquire(), port.release()])
  expect(listening()).toEqual([])
})
