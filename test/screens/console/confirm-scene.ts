import { generateKeyPairSync } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { officers } from "../../../ops/ecert/officers.ts";
import { amendPolicy } from "../../../ops/trial/agents.ts";
import { type CatalogFile, readCatalogFiles } from "../../../ops/trial/catalog-files.ts";
import { orderFrom } from "../../../ops/trial/connect.ts";
import { MAKER, ON_SCREEN, type Person, SIGNER } from "../../../ops/trial/people.ts";
import { freePorts } from "../../../ops/trial/ports.ts";
import { IssueService, type MakeOrder } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { consoleApp } from "../../../services/domain/console-app.ts";
import { fingerprint } from "../../../services/trust/officers/credential.ts";
import { readRegistration } from "../../../services/trust/officers/registration.ts";
import type { ScreensScene } from "../scene.ts";
import type { Watched } from "../watched.ts";

const licence = readCatalogFiles().find(({ name }) => name === "营业执照") as CatalogFile;

/** The department's list of officers, as its administrator keeps it with the commands. */
export interface ListOnHost {
  /** Takes what a page saved of the officer's security key into the list, and signs it for the agent; `page`: the agent's own one. */
  add(registration: string, page?: string): Promise<void>;
  /** Ends the officer's security key as of yesterday, and signs. */
  end(registration: string): Promise<void>;
}

/** Has the agent of the department ask for an officer's word for what is issued on screen; resolves when it runs again. */
export async function askOfficers(
  { trial, origin }: Pick<ScreensScene, "trial" | "origin">,
  officer: Pick<Person, "account" | "name"> = SIGNER,
): Promise<ListOnHost> {
  const host = trial.agents.get(ON_SCREEN.agent);
  if (!host) throw new Error("the department has no agent");
  const at = (name: string) => join(host.files.directory, name);
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  writeFileSync(at("department.key.pem"), privateKey.export({ type: "pkcs8", format: "pem" }));
  writeFileSync(at("department.pub.pem"), publicKey.export({ type: "spki", format: "pem" }));
  const { hostname } = new URL(origin);
  const [draft, signed] = [at("draft.json"), at("officers.json")];
  for (const file of [draft, signed]) rmSync(file, { force: true });
  const whose = ["--node", ON_SCREEN.node.code, "--department", ON_SCREEN.code];
  await officers([
    "new",
    ...whose,
    "--rp-id",
    hostname,
    "--origin",
    origin,
    "--until",
    "2099-12-31",
    "--from",
    "2020-01-01",
    "--out",
    draft,
  ]);
  const sign = () => officers(["sign", draft, "--key", at("department.key.pem"), "--out", signed]);
  await sign();
  amendPolicy(host.files, (policy) => ({
    ...policy,
    apps: (policy.apps as { app: string }[]).map((one) =>
      one.app === consoleApp(ON_SCREEN.node.code, ON_SCREEN.code) ? { ...one, originKeys: [] } : one,
    ),
    items: [{ item: licence.code, origin: "officer" }],
    officers: [{ department: ON_SCREEN.code, listFile: "officers.json", signerKeyFile: "department.pub.pem" }],
  }));
  await host.running.stop();
  await host.running.restart();
  const read = (registration: string, page = origin) =>
    readRegistration(registration, { rpId: new URL(page).hostname, origins: [page] });
  return {
    async add(registration, page) {
      writeFileSync(at("registration.json"), registration);
      const who = ["--account", officer.account, "--name", officer.name, "--registration", at("registration.json")];
      await officers([
        "add",
        draft,
        ...who,
        "--fingerprint",
        fingerprint(read(registration, page)),
        "--since",
        "2020-01-01",
        ...(page === undefined ? [] : ["--page", page]),
      ]);
      await sign();
    },
    async end(registration) {
      await officers(["end", draft, "--credential", read(registration).id, "--on", "2020-01-02"]);
      await sign();
    },
  };
}

/** Gives the department's agent a page of its own on which alone officers confirm; resolves to its origin when the agent runs again. */
export async function openAgentPage({ trial }: ScreensScene): Promise<string> {
  const host = trial.agents.get(ON_SCREEN.agent);
  if (!host || trial.screens === undefined) throw new Error("the department has no agent, or nothing was built");
  const name = `${ON_SCREEN.agent}.ecert.localhost`;
  const [port] = await freePorts(1);
  const origin = `https://${name}:${port}`;
  const { certPem, keyPem } = trial.authority.issueTls({
    node: ON_SCREEN.node.code,
    kind: "agent",
    name: "page",
    dns: [name],
  });
  writeFileSync(join(host.files.directory, "page.crt.pem"), certPem);
  writeFileSync(join(host.files.directory, "page.key.pem"), keyPem, { mode: 0o600 });
  const config = JSON.parse(readFileSync(host.files.configFile, "utf8"));
  const officerPage = {
    ...{ address: `127.0.0.1:${port}`, origin, builtDirectory: trial.screens },
    tls: { certificateFile: "page.crt.pem", privateKeyFile: "page.key.pem" },
  };
  writeFileSync(host.files.configFile, JSON.stringify({ ...config, officerPage }));
  amendPolicy(host.files, (policy) => ({ ...policy, items: [{ item: licence.code, origin: "officer-here" }] }));
  await host.running.stop();
  await host.running.restart();
  return origin;
}

/** Has the maker make certificates on screen; resolves to their identifiers. */
export async function makeOnScreen(scene: ScreensScene, serials: readonly string[]): Promise<string[]> {
  const session = await scene.session(MAKER);
  const issue = session.client(IssueService, "issue");
  const made: string[] = [];
  for (const serial of serials) {
    const order = orderFrom(licence, serial) as unknown as MakeOrder;
    made.push((await issue.makeCertificate({ order })).certificate?.identifier ?? "");
  }
  return made;
}

/** A security key in Chromium, at the page where somebody sits. */
export interface VirtualKey {
  /** The file that the page for registering saved. */
  readonly registration: string;
  /** Whether its user gives PIN or finger. */
  verified(isVerified: boolean): Promise<void>;
  /** Whether it is touched at once, or waits for somebody. */
  touched(isTouched: boolean): Promise<void>;
  /** How often it has confirmed: its counter. */
  counted(): Promise<number>;
  /** Puts another one, which nobody has registered, in its place. */
  swap(): Promise<void>;
}

const OPTIONS = { protocol: "ctap2", transport: "usb", hasUserVerification: true, isUserVerified: true } as const;

/** Plugs one in and registers it on a page for that. */
export async function plugIn(page: Watched): Promise<VirtualKey> {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", { options: OPTIONS });
  await page.getByRole("button", { name: "登记安全密钥" }).click();
  const link = page.getByRole("link", { name: "保存登记文件" });
  await link.waitFor();
  const [saved] = await Promise.all([page.waitForEvent("download"), link.click()]);
  const registration = readFileSync((await saved.path()) ?? "", "utf8");
  return {
    registration,
    async verified(isUserVerified) {
      await session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified });
    },
    async touched(enabled) {
      await session.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled });
    },
    async counted() {
      const { credentials } = await session.send("WebAuthn.getCredentials", { authenticatorId });
      return credentials[0]?.signCount ?? 0;
    },
    async swap() {
      await session.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId });
      await session.send("WebAuthn.addVirtualAuthenticator", { options: OPTIONS });
    },
  };
}
