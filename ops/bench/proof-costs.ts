import { type ChildProcess, fork } from "node:child_process";
import { generateKeyPairSync, type KeyObject, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { SignJWT } from "jose";
import { HolderService, ListOwnCertificatesRequestSchema } from "../../proto/gen/ecert/usage/v1/holder_service_pb.ts";
import { ListCertificatesRequestSchema, UsageService } from "../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { tokenSigner } from "../../services/call/chain/tokens.ts";
import { createAuthority } from "../authority/authority.ts";
import { AUDIENCE, claimsOf, providerConfig } from "../portal/claims.ts";
import { ACCOUNTS, type Account } from "../portal/people.ts";
import type { Figure } from "./figure.ts";
import { inTurns, type Pace, warmUp } from "./measure.ts";
import { type RawCaller, rawCaller } from "./raw-caller.ts";

const NODE = "440100";
const CALLERS = 16;
/** Calls of a round for each second that one shall take: about as many as one core serves. */
const CALLS_PER_SECOND = 800;
/** A round is many short turns of each kind of call, so that compiling, collecting and whatever else the machine does meets all kinds alike. */
const TURNS = 10;
/** Calls of each kind before anything is measured: the engine has compiled by then what it will. */
const WARMING = 4_000;
/** Seconds that tokens of holders live, which are all made before the first is used. */
const LIFE_SECONDS = 3_600;
/** Microseconds of processor time that finding out who calls and whether they may adds to a call at most. */
const SEEN_US = 100;
const NEW_US = 500;

/**
 * What authentication and permission add to a call: processor time of a serving process for calls with an access token, less that for the same
 * calls to a listener of the same process that takes everybody. A token that was seen before, and one that is new with each call; of an app, and
 * of a holder.
 */
export async function proofCosts({ seconds, rounds }: Pace): Promise<Figure[]> {
  const calls = Math.ceil((seconds * CALLS_PER_SECOND) / TURNS);
  const folder = mkdtempSync(join(tmpdir(), "ecert-bench-proof-"));
  await using scene = await openScene(folder);
  const { app, holder } = scene;

  /** Microseconds of processor time a call. */
  const costOf =
    (caller: RawCaller, tokens: () => string) =>
    async (times = calls) => {
      const before = await scene.processorTime();
      await warmUp(CALLERS, times, Number.POSITIVE_INFINITY, () => caller.call(tokens()));
      return ((await scene.processorTime()) - before) / times;
    };
  const measures: Record<string, (times?: number) => Promise<number>> = {};
  for (const [name, { judged, open, token }] of Object.entries({ app, holder })) {
    const seen = await token();
    measures[`${name} open`] = costOf(open, () => "");
    measures[`${name} seen`] = costOf(judged, () => seen);
    const fresh = await Promise.all(Array.from({ length: WARMING + rounds * TURNS * calls }, token));
    measures[`${name} new`] = costOf(judged, () => fresh.pop() as string);
  }
  for (const measure of Object.values(measures)) await measure(WARMING);
  const found = await inTurns(rounds * TURNS, measures);

  return ["app", "holder"].flatMap((who) => {
    const open = found[`${who} open`] as number;
    const figure = (name: string, key: string, aim: number): Figure => ({
      ...{ name, value: (found[`${who} ${key}`] as number) - open, unit: "µs CPU a call", aim, below: true },
      note: `${found[`${who} ${key}`]?.toFixed(0)} µs, and ${open.toFixed(0)} µs where everybody is taken`,
    });
    return [
      figure(
        `authentication and permission, token of ${who === "app" ? "an app" : "a holder"}, seen before`,
        "seen",
        SEEN_US,
      ),
      figure(`the same, a new token with each call`, "new", NEW_US),
    ];
  });
}

/** Who calls: on the listener that judges, and on the one that takes everybody. */
interface Calling {
  judged: RawCaller;
  open: RawCaller;
  /** A token that nobody has seen. */
  token(): Promise<string>;
}

/** Writes what the serving process needs and starts it. */
async function openScene(folder: string) {
  const keep = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const authority = createAuthority(join(folder, "authority"));
  const { certPem, keyPem } = authority.issueTls({ node: NODE, kind: "service", name: "usage" });
  const caFile = keep("ca.pem", authority.certificates.root);
  const tls = { certificateFile: keep("tls.pem", certPem), privateKeyFile: keep("tls.key", keyPem), caFile };
  const ca = readFileSync(caFile);
  const [apps, holders] = [generateKeyPairSync("ed25519"), generateKeyPairSync("ec", { namedCurve: "P-256" })];
  const jwks = JSON.stringify({ keys: [{ ...holders.publicKey.export({ format: "jwk" }), kid: "1", alg: "ES256" }] });
  const provider = createServer({ cert: certPem, key: keyPem }, (_, answer) => void answer.end(jwks));
  provider.listen(0, "127.0.0.1");
  await once(provider, "listening");
  const issuer = `https://localhost:${(provider.address() as AddressInfo).port}`;
  const publicKeyFile = keep("tokens.pub", apps.publicKey.export({ type: "spki", format: "pem" }) as string);
  const config = { node: { role: "city", code: NODE, name: NODE }, clockSkewMs: 5_000, tls, tokens: { publicKeyFile } };
  const providers = [{ ...providerConfig(issuer, caFile), lifetimeSeconds: LIFE_SECONDS }];
  keep("config.json", JSON.stringify({ ...config, holders: { providers } }));

  const child = fork(join(import.meta.dirname, "proof-server.ts"), [folder]);
  const at = (await once(child, "message"))[0] as { judging: string; taking: string };
  const usage = create(ListCertificatesRequestSchema, { usageCode: "A".repeat(22) });
  const own = create(ListOwnCertificatesRequestSchema);
  const app: Calling = {
    judged: rawCaller(at.judging, ca, UsageService.method.listCertificates, usage),
    open: rawCaller(at.taking, ca, UsageService.method.listCertificates, usage),
    token: appTokens(apps.privateKey),
  };
  const holder: Calling = {
    judged: rawCaller(at.judging, ca, HolderService.method.listOwnCertificates, own),
    open: rawCaller(at.taking, ca, HolderService.method.listOwnCertificates, own),
    token: holderTokens(holders.privateKey, issuer),
  };
  return {
    app,
    holder,
    processorTime: () => asked(child),
    async [Symbol.asyncDispose]() {
      for (const { judged, open } of [app, holder]) for (const caller of [judged, open]) caller.close();
      const gone = once(child, "exit");
      child.disconnect();
      await gone;
      provider.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function asked(child: ChildProcess): Promise<number> {
  const answer = once(child, "message");
  child.send("processor time");
  return (await answer)[0] as number;
}

function appTokens(privateKey: KeyObject): () => Promise<string> {
  const signer = tokenSigner({ privateKey, node: NODE, lifetimeSeconds: 900, now: () => new Date() });
  const claims = { department: "114401000000990003", scopes: ["usage.use"], callsPerMinute: 10_000_000 };
  return async () => (await signer.sign({ app: `${NODE}-bench`, ...claims })).token;
}

function holderTokens(privateKey: KeyObject, issuer: string): () => Promise<string> {
  const person = ACCOUNTS.find(({ organisation }) => !organisation) as Account;
  const made = Math.floor(Date.now() / 1_000);
  return () =>
    new SignJWT({ ...claimsOf(person), jti: randomUUID() })
      .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: "1" })
      .setIssuer(issuer)
      .setAudience(AUDIENCE)
      .setSubject(person.account)
      .setIssuedAt(made)
      .setExpirationTime(made + LIFE_SECONDS)
      .sign(privateKey);
}
