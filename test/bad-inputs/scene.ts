import { createPrivateKey } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CatalogFile, readCatalogFiles } from "../../ops/trial/catalog-files.ts";
import { connect } from "../../ops/trial/connect.ts";
import type { Core } from "../../ops/trial/core.ts";
import { replicated } from "../../ops/trial/links.ts";
import { ISSUERS, type IssuingDepartment, LINGHAI, PENGWAN } from "../../ops/trial/plan.ts";
import { sealPictureOf } from "../../ops/trial/seed.ts";
import { startTrial, type Trial } from "../../ops/trial/trial.ts";
import { tokenSigner } from "../../services/call/chain/tokens.ts";
import type { As, At } from "./bad-input.ts";
import { madeCodes } from "./codes.ts";
import { issuedCertificates } from "./issued.ts";
import { type MovableClock, movableClock } from "./movable-clock.ts";
import { post } from "./post.ts";
import { APPS, registerMore } from "./registered.ts";
import type { Proof } from "./send.ts";
import { holderToken, shownCertificates } from "./shown.ts";

/** A province of real processes in which everything stands that a bad input can run against. */
export interface Scene {
  trial: Trial;
  /** Files of the seed's items by their names. */
  item(name: string): CatalogFile;
  addressOf(at: At, over: "connect" | "grpc" | "mesh"): string;
  proofOf(as: As, at: At): Proof;
  /** Certificates, codes and presentations by what they are, for requests that name them. */
  certificates: Awaited<ReturnType<typeof issuedCertificates>>;
  codes: Awaited<ReturnType<typeof madeCodes>>;
  shown: Awaited<ReturnType<typeof shownCertificates>>;
  /** The picture of a seal as the register takes it. */
  sealPicture: string;
  /** Tokens that are none of those that callers have. */
  tokens: { expired: string; elsewhere: string };
  close(): Promise<void>;
}

/** Starts the province and makes the certificates and codes. */
export async function openScene(): Promise<Scene> {
  const directory = mkdtempSync(join(tmpdir(), "ecert-bad-inputs-"));
  const clock: MovableClock = movableClock(join(directory, "clock"));
  const core = `${PENGWAN.code}-core`;
  const trial = await startTrial({
    directory,
    layout: "one",
    store: { engine: "sqlite" },
    portal: true,
    program: (shipped) => (shipped.name === core ? clock.of(shipped) : shipped),
  });
  const close = async () => {
    await trial.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const { linghai, pengwan, province } = trial.cores;
    const cores: Record<At, Core> = { linghai, pengwan, province };
    const ca = readFileSync(trial.files.root);
    const files = readCatalogFiles();
    const item = (name: string) => files.find((file) => file.name === name) as CatalogFile;
    const addressOf: Scene["addressOf"] = (at, over) => {
      const { mesh, public: grpc, connect: json } = cores[at];
      if (over === "mesh") return `https://${mesh.catalog?.[0]}`;
      return (over === "grpc" ? grpc : json).catalog?.[0] ?? "";
    };
    const secrets = new Map([...trial.secrets, ...(await registerMore(trial, files))]);
    const tokenOf = async (app: string) => {
      const at = app.startsWith(LINGHAI.code) ? "linghai" : "pengwan";
      const request = { appKey: app, appSecret: secrets.get(app) ?? "" };
      const answer = await post(addressOf(at, "connect"), "ecert.identity.v1.TokenService/IssueAccessToken", request, {
        ca,
      });
      return answer.accessToken as string;
    };
    const codes = await madeCodes({ item, clock, tokenOf, ca, address: addressOf("pengwan", "connect") });
    const issuer = connect(trial, APPS.approval, linghai);
    const certificates = await issuedCertificates(issuer, item);
    issuer.close();
    await codes.spend(certificates.inForce);
    await replicated(trial, linghai);
    await replicated(trial, pengwan);

    const appTokens = new Map<As, string>();
    for (const [as, app] of Object.entries(APPS)) appTokens.set(as as As, await tokenOf(app));
    const holder = await holderToken(trial);
    appTokens.set("holder", holder);
    const shown = await shownCertificates({
      ...{ province: addressOf("province", "connect"), city: addressOf("pengwan", "connect"), ca, holder },
      ...{ counter: appTokens.get("counter") ?? "", identifier: certificates.inForce, licence: item("营业执照") },
    });
    const keys = new Map<string, Proof>();
    for (const [at, { directory: of }] of Object.entries(cores)) {
      const read = (ending: string) => readFileSync(join(of, "keys", `operator${ending}`));
      keys.set(at, { ca, cert: read(".pem"), key: read(".key") });
    }
    return {
      trial,
      item,
      addressOf,
      certificates,
      codes,
      shown,
      sealPicture: JSON.stringify(sealPictureOf(ISSUERS[0] as IssuingDepartment)),
      tokens: { expired: await expiredToken(linghai), elsewhere: appTokens.get("counter") ?? "" },
      proofOf(as, at) {
        if (as === "operator") return keys.get(at) as Proof;
        if (as === "stranger") return keys.get(at === "linghai" ? "pengwan" : "linghai") as Proof;
        const token = appTokens.get(as);
        return token === undefined ? { ca } : { ca, token };
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A token that the node itself would have given an hour ago. */
async function expiredToken({ directory, node }: Core): Promise<string> {
  const privateKey = createPrivateKey(readFileSync(join(directory, "keys", "token-key.key")));
  const issuedAt = new Date(Date.now() - 3_600_000);
  const signer = tokenSigner({ privateKey, node: node.code, lifetimeSeconds: 900, now: () => issuedAt });
  const scopes = ["issue.make", "issue.read"];
  return (await signer.sign({ app: APPS.approval, department: "11440106MB9DEM11X6", scopes })).token;
}
