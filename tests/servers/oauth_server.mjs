// A certified authorisation server on a free port: PKCE, opaque tokens, refresh tokens that are used
// once and end their whole grant when one comes again. Prints where it listens.
// Usage: node oauth_server.mjs PORT REDIRECT

import { Provider } from "oidc-provider";

const [port, redirect] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "the-client",
      client_secret: "canary-client-secret-of-the-operator",
      application_type: "native", // whose addresses may be of this machine
      redirect_uris: [redirect],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: "client_secret_post",
    },
  ],
  pkce: { required: () => true },
  scopes: ["openid", "offline_access"],
  features: { revocation: { enabled: true } },
  rotateRefreshToken: true,
  ttl: { AccessToken: 30, RefreshToken: 3600, Grant: 3600, Session: 3600, Interaction: 600 },
  cookies: { keys: ["a key of the test"] },
  jwks: undefined,
});

provider.listen(Number(port), "127.0.0.1", () => console.log(`listening on ${issuer}`));
