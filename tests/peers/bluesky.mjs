// A real Personal Data Server (@atproto/pds) on loopback, with the least of a PLC directory beside
// it, and a bridge that turns its firehose (com.atproto.sync.subscribeRepos, CBOR) into Jetstream's
// JSON over WebSocket. Prints its addresses as one line of JSON; ends when stdin does.
//
//   node bluesky.mjs FOLDER [JETSTREAM_PORT]

import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import path from 'node:path'
import { IdResolver } from '@atproto/identity'
import { PDS, envToCfg, envToSecrets } from '@atproto/pds'
import { Firehose } from '@atproto/sync'
import { WebSocketServer } from 'ws'

const [folder, jetstreamPort = '0'] = process.argv.slice(2)

// The server would listen on every interface.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (port, ...rest) {
  const callback = rest.find((argument) => typeof argument === 'function')
  return listen.call(this, { port: Number(port), host: '127.0.0.1' }, callback)
}

async function listening(server, port = 0) {
  server.listen(port)
  await once(server, 'listening')
  return server.address().port
}

// PLC directory: operations as they are posted, documents made of them.
const operations = new Map()

function documentOf(did, operation) {
  const services = Object.entries(operation.services).map(([id, service]) => ({
    id: `#${id}`, type: service.type, serviceEndpoint: service.endpoint,
  }))
  const keys = Object.entries(operation.verificationMethods).map(([id, key]) => ({
    id: `${did}#${id}`, type: 'Multikey', controller: did,
    publicKeyMultibase: key.replace('did:key:', ''),
  }))
  return {
    '@context': ['https://www.w3.org/ns/did/v1'], id: did, alsoKnownAs: operation.alsoKnownAs,
    verificationMethod: keys, service: services,
  }
}

const plc = http.createServer(async (request, response) => {
  const [did, what] = decodeURIComponent(request.url.slice(1)).split('/')
  if (request.method === 'POST') {
    let body = ''
    for await (const chunk of request) body += chunk
    operations.set(did, JSON.parse(body))
    return response.end('{}')
  }
  const operation = operations.get(did)
  if (!operation) return response.writeHead(404).end('{}')
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(what === 'data' ? { did, ...operation } : documentOf(did, operation)))
})
const plcUrl = `http://127.0.0.1:${await listening(plc)}`

const free = net.createServer()
const pdsPort = await listening(free)
await new Promise((done) => free.close(done))

const env = {
  port: pdsPort,
  hostname: 'localhost',
  devMode: true,
  dataDirectory: folder,
  blobstoreDiskLocation: path.join(folder, 'blobs'),
  didPlcUrl: plcUrl,
  jwtSecret: randomBytes(16).toString('hex'),
  adminPassword: randomBytes(16).toString('hex'),
  plcRotationKeyK256PrivateKeyHex: randomBytes(32).toString('hex'),
  inviteRequired: false,
  rateLimitsEnabled: false,
  crawlers: [],
  serviceHandleDomains: ['.test'],
  disableSsrfProtection: true,
}
const pds = await PDS.create(envToCfg(env), envToSecrets(env))
await pds.start()

// The bridge: everything since the start, in the shape of Jetstream.
const events = []
const subscribers = new Set()
let lastMicros = 0

function publish(event) {
  lastMicros = Math.max(Date.now() * 1000, lastMicros + 1)
  const whole = { did: event.did, time_us: lastMicros, ...event }
  events.push(whole)
  for (const subscriber of subscribers) subscriber(whole)
}

const firehose = new Firehose({
  service: `ws://127.0.0.1:${pdsPort}`,
  idResolver: new IdResolver({ plcUrl }),
  unauthenticatedCommits: true,
  unauthenticatedHandles: true,
  onError: (error) => console.error('firehose', error.message),
  handleEvent: async (event) => {
    if (['create', 'update', 'delete'].includes(event.event)) {
      const commit = { rev: event.rev, operation: event.event, collection: event.collection, rkey: event.rkey }
      if (event.event !== 'delete') Object.assign(commit, { record: event.record, cid: event.cid.toString() })
      publish({ did: event.did, kind: 'commit', commit })
    } else if (event.event === 'identity') {
      publish({ did: event.did, kind: 'identity', identity: { did: event.did, handle: event.handle, seq: event.seq, time: event.time } })
    } else if (event.event === 'account') {
      publish({ did: event.did, kind: 'account', account: { active: event.active, did: event.did, seq: event.seq, time: event.time } })
    }
  },
})
firehose.start()

const jetstream = http.createServer((_, response) => response.writeHead(404).end())
const sockets = new WebSocketServer({ server: jetstream, path: '/subscribe' })
sockets.on('connection', (socket, request) => {
  const query = new URL(request.url, 'http://localhost').searchParams
  const wanted = query.getAll('wantedCollections')
  const send = (event) => {
    const collection = event.commit?.collection
    if (!collection || wanted.length === 0 || wanted.includes(collection)) socket.send(JSON.stringify(event))
  }
  const cursor = query.get('cursor')
  if (cursor) events.filter((event) => event.time_us >= Number(cursor)).forEach(send)
  subscribers.add(send)
  socket.on('close', () => subscribers.delete(send))
})
const port = await listening(jetstream, jetstreamPort)

console.log(JSON.stringify({ pds: `http://127.0.0.1:${pdsPort}`, jetstream: `ws://127.0.0.1:${port}` }))

process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
