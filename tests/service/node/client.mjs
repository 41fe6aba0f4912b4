// A service of another make: the certified `openid-client` speaks OpenID Connect, and `jose`, a JOSE
// implementation that is not the login's own, looks at every token. A test has it do one thing after the
// other: it reads a JSON object from each line of standard input and answers each with a line.
import { createHash, X509Certificate } from "node:crypto";
import { createServer } from "node:http";
import { request } from "node:https";
import { createInterface } from "node:readline";

import * as jose from "jose";
import * as client from "openid-client";

const CLIENT = "node";
const LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout";

const keys = await jose.generateKeyPair("ES256", { extractable: true });
const publicKey = {
  ...(await jose.exportJWK(keys.publicKey)),
  kid: "node-1",
  alg: "ES256",
  use: "sig",
};

let config;
let published;
let tokens;
let redirectUri;
/** What was told about logins that are over, in order. */
const told = [];
/** How the next logouts are answered. */
let answer = 204;

const server = createServer(async (incoming, outgoing) => {
  let body = "";
  for await (const chunk of incoming) body += chunk;
  const logout = { at: Date.now(), status: answer };
  try {
    const token = new URLSearchParams(body).get("logout_token");
    logout.type = incoming.headers["content-type"];
    logout.header = jose.decodeProtectedHeader(token);
    logout.claims = await verified(token, { typ: "logout+jwt" });
    if (!logout.claims.events?.[LOGOUT_EVENT]) throw new Error("not about a logout");
  } catch (error) {
    logout.wrong = String(error);
  }
  told.push(logout);
  outgoing.writeHead(answer).end();
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const own = `http://127.0.0.1:${server.address().port}`;
redirectUri = `${own}/redirect_uri`;

/** The claims of a token of the login's, once `jose` has verified it. */
async function verified(token, options) {
  const { issuer } = config.serverMetadata();
  const checks = { issuer, audience: CLIENT, algorithms: ["ES256"], ...options };
  return (await jose.jwtVerify(token, published, checks)).payload;
}

/** What a browser is to the login: it keeps cookies, and follows nothing by itself. */
const cookies = new Map();
function browse(method, url, { body, headers } = {}) {
  return new Promise((done, failed) => {
    const sent = { ...headers };
    if (cookies.size > 0)
      sent.cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const asking = request(url, { method, headers: sent }, async (answered) => {
      let text = "";
      for await (const chunk of answered) text += chunk;
      for (const line of answered.headers["set-cookie"] ?? []) {
        const [pair, ...attributes] = line.split("; ");
        const [name, value] = pair.split("=");
        if (attributes.some((one) => one === "Max-Age=0")) cookies.delete(name);
        else cookies.set(name, value);
      }
      done({ status: answered.statusCode, headers: answered.headers, text });
    });
    asking.on("error", failed);
    asking.end(body);
  });
}

const jobs = {
  /** What the login has to know of this service. */
  introduce: () => ({ jwks: { keys: [publicKey] }, redirectUri, logout: `${own}/logout` }),

  async discover({ issuer }) {
    const key = { key: keys.privateKey, kid: publicKey.kid };
    config = await client.discovery(new URL(issuer), CLIENT, undefined, client.PrivateKeyJwt(key));
    published = jose.createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri), {
      cooldownDuration: 0,
    });
    return { metadata: config.serverMetadata() };
  },

  /** One request of the browser's. */
  async browse({ method, url, body, headers }) {
    const { status, headers: answered, text } = await browse(method, url, { body, headers });
    return { status, location: answered.location, headers: answered, text };
  },

  /** The code flow, with somebody logged in in the browser. */
  async logIn({ hint, changed = {}, once = false, lenient = false }) {
    const verifier = client.randomPKCECodeVerifier();
    const state = client.randomState();
    const nonce = client.randomNonce();
    const wanted = {
      redirect_uri: redirectUri,
      scope: "openid",
      state,
      nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      ...(hint && { login_hint: hint }),
      ...changed,
    };
    const { status, headers, text } = await browse(
      "GET",
      client.buildAuthorizationUrl(config, wanted),
    );
    if (!headers.location?.startsWith(redirectUri))
      return { status, location: headers.location, text };
    const returned = new URL(headers.location);
    const error = returned.searchParams.get("error");
    if (error) return { status, error, iss: returned.searchParams.get("iss") };
    // Checks state, `iss` (RFC 9207), nonce, signature, audience, times, and the hash of PKCE's secret at the
    // login's side.
    const redeem = (address) =>
      client.authorizationCodeGrant(config, address, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
      });
    // How wrong its own clock may be, in seconds.
    config[client.clockTolerance] = lenient ? 600 : 0;
    tokens = await redeem(returned);
    const seen = await verified(tokens.id_token, lenient ? { clockTolerance: 600 } : {});
    const userinfo = await client.fetchUserInfo(config, tokens.access_token, seen.sub);
    return {
      status,
      header: jose.decodeProtectedHeader(tokens.id_token),
      claims: seen,
      same: JSON.stringify(seen) === JSON.stringify(tokens.claims()),
      userinfo,
      expiresIn: tokens.expires_in,
      secrets: [
        returned.searchParams.get("code"),
        tokens.id_token,
        tokens.access_token,
        tokens.refresh_token,
      ],
      again: once ? null : await refusal(() => redeem(returned)),
    };
  },

  async refresh() {
    let fresh;
    const refused = await refusal(async () => {
      fresh = await client.refreshTokenGrant(config, tokens.refresh_token);
    });
    if (refused) return { refused };
    const claims = fresh.id_token ? await verified(fresh.id_token) : null;
    tokens = { ...fresh, refresh_token: fresh.refresh_token ?? tokens.refresh_token };
    return { claims, secrets: [fresh.access_token, fresh.id_token ?? ""] };
  },

  /** Whether the access token is good for anything. */
  async userinfo() {
    const { userinfo_endpoint: url } = config.serverMetadata();
    const answered = await fetch(url, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    return { status: answered.status, challenge: answered.headers.get("www-authenticate") };
  },

  told: () => ({ told }),

  answer({ status }) {
    answer = status;
    return {};
  },

  /** The keys as they are published, and their names as RFC 7638 makes them. */
  async keys() {
    const set = await (await fetch(config.serverMetadata().jwks_uri)).json();
    const names = await Promise.all(set.keys.map((key) => jose.calculateJwkThumbprint(key)));
    return { set, names };
  },

  /** The thumbprint of a certificate (RFC 8705). */
  thumbprint: ({ pem }) => ({
    thumbprint: createHash("sha256").update(new X509Certificate(pem).raw).digest("base64url"),
  }),

  cookies: () => ({ cookies: Object.fromEntries(cookies) }),
};

/** The code with which something was refused; nothing if it was not. */
async function refusal(work) {
  try {
    await work();
    return null;
  } catch (error) {
    return error.error ?? error.code ?? String(error);
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { job, ...arguments_ } = JSON.parse(line);
  let said;
  try {
    said = await jobs[job](arguments_);
  } catch (error) {
    said = { failed: `${error?.stack ?? error}${error?.cause ? `\n${String(error.cause)}` : ""}` };
  }
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
process.exit(0);
