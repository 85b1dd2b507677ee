// A certified OpenID Connect provider (oidc-provider) on loopback. Prints its address as one line of
// JSON; ends when stdin does. Whoever signs in as NAME:GROUP,GROUP is NAME with these groups; its own
// development pages ask for a name and for consent.
//
//   node provider.mjs REDIRECT

import { once } from 'node:events'
import http from 'node:http'
import Provider from 'oidc-provider'

const [redirect] = process.argv.slice(2)

const server = http.createServer()
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const issuer = `http://127.0.0.1:${server.address().port}`

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'langnghe',
    client_secret: 'mot-bi-mat-du-dai-cho-kiem-thu-0123456789',
    redirect_uris: [redirect],
  }],
  claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'groups'] },
  // What roles are made of stands in the ID token itself.
  conformIdTokenClaims: false,
  findAccount: (_, id) => {
    const [name, groups = ''] = id.split(':')
    return {
      accountId: id,
      claims: () => ({
        sub: id,
        name: `Cán bộ ${name}`,
        preferred_username: name,
        groups: groups.split(',').filter(Boolean),
      }),
    }
  },
  cookies: { keys: ['kiem-thu'] },
  pkce: { required: () => true },
})

server.on('request', provider.callback())
console.log(JSON.stringify({ issuer }))
// What the library says later need not be read by anybody.
process.stdout.on('error', () => {})
process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
