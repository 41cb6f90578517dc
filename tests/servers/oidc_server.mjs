// A provider of OpenID Connect, as `oidc-provider` makes one, on a port of this machine.
import Provider from "oidc-provider";

const [port, redirect] = process.argv.slice(2);
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "switchboard",
      client_secret: "client secret +/=",
      redirect_uris: [redirect],
      application_type: "native", // http to this machine is allowed for these
    },
  ],
  pkce: { required: () => true },
  cookies: { keys: ["tests"] },
  features: { devInteractions: { enabled: true } },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
});
provider.listen(Number(port), "127.0.0.1");
