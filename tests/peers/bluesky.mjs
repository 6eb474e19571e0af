// Bluesky's own server (the PDS) with its directory (PLC) on 127.0.0.1, for tests/peers.
// Arguments: port of the server, port of the directory, folder for data. Prints one line of JSON when it is ready,
// with an app password of the one account, and ends when standard input ends.
import { randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import { Server } from 'node:net'

// The packages stand in the folder where this is started, not beside this file.
const need = createRequire(process.cwd() + '/')
const pds = need('@atproto/pds')
const plc = need('@did-plc/server')

const [port, plcPort] = process.argv.slice(2, 4).map(Number)
const folder = process.argv[4]

// Both listen on every address of the machine by themselves, and take no other.
const listen = Server.prototype.listen
Server.prototype.listen = function (where, ...rest) {
  return listen.call(this, { port: where, host: '127.0.0.1' }, ...rest.filter((one) => typeof one === 'function'))
}

const hex = (bytes) => randomBytes(bytes).toString('hex')
const directory = plc.PlcServer.create({ db: plc.Database.mock(), port: plcPort })
await directory.start()

const settings = {
  devMode: true,
  port,
  hostname: 'localhost',
  dataDirectory: folder,
  blobstoreDiskLocation: `${folder}/blobs`,
  didPlcUrl: `http://127.0.0.1:${plcPort}`,
  serviceHandleDomains: ['.test'],
  jwtSecret: hex(16),
  adminPassword: hex(16),
  plcRotationKeyK256PrivateKeyHex: hex(32),
  inviteRequired: false,
  disableSsrfProtection: true,
  rateLimitsEnabled: true,
}
const server = await pds.PDS.create(pds.envToCfg(settings), pds.envToSecrets(settings))
await server.start()

const ask = async (name, body, token) => {
  const headers = { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) }
  const url = `http://127.0.0.1:${port}/xrpc/com.atproto.server.${name}`
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${name}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}
const account = { email: 'meldkamer@voorbeeld.test', handle: 'meldkamer.test', password: hex(16) }
const { accessJwt, did } = await ask('createAccount', account)
const { password } = await ask('createAppPassword', { name: 'hub' }, accessJwt)
console.log(JSON.stringify({ did, account: account.handle, password }))

process.stdin.on('end', () => process.exit(0)).resume()
