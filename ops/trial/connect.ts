import { generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Connector, type Context, createConnector, type Order } from "../../services/client/index.ts";
import type { ConnectorOptions, EndpointOptions } from "../../services/client/options.ts";
import type { CatalogFile } from "./catalog-files.ts";
import type { Core } from "./core.ts";
import { USER } from "./plan.ts";

/** The origin key of an app (来源签名): made once, kept by the department system; the agent's host knows the public half. */
export function originKey(directory: string, appKey: string) {
  const privateKeyFile = join(directory, `origin-${appKey}.key`);
  const publicKeyFile = join(directory, `origin-${appKey}.pub.pem`);
  if (!existsSync(privateKeyFile)) {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
    writeFileSync(privateKeyFile, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
    writeFileSync(publicKeyFile, publicKey.export({ type: "spki", format: "pem" }));
  }
  return { keyId: `${appKey}-1`, privateKeyFile, publicKeyFile };
}

/** What a department system needs to know of the trial. */
export interface TrialAccess {
  directory: string;
  files: { root: string };
  secrets: ReadonlyMap<string, string>;
}

/** A connector as a department system would create it. */
export function connect(
  trial: TrialAccess,
  appKey: string,
  home: Core,
  standBy?: Core,
  options: Partial<ConnectorOptions> = {},
): Connector {
  const ca = readFileSync(trial.files.root, "utf8");
  const { keyId, privateKeyFile } = originKey(trial.directory, appKey);
  return createConnector({
    home: endpointOf(home, ca),
    ...(standBy && { standBy: endpointOf(standBy, ca) }),
    appKey,
    appSecret: trial.secrets.get(appKey) ?? "",
    origin: { keyId, privateKeyPem: readFileSync(privateKeyFile, "utf8") },
    ...options,
  });
}

function endpointOf(core: Core, ca: string): EndpointOptions {
  const { catalog = [], identity = [], issue = [], usage = [] } = core.public;
  return { address: catalog[0] ?? "", services: { catalog, identity, issue, usage }, ca };
}

/** An order for the example of a catalog file. `serial` makes it a certificate of its own, with a number of its own. */
export function orderFrom(file: CatalogFile, serial: string): Order {
  const { issuer, number, ...example } = file.example;
  return {
    ...example,
    businessSerial: serial,
    itemCode: file.code,
    issuerCode: issuer.code,
    ...(number !== undefined && { number: `${number}-${serial}` }),
  };
}

/** The context of a use in the trial's matter (5.4.3), all nine fields. */
export function contextFor(file: CatalogFile, businessId: string, now: Date): Context {
  const [holder] = file.example.holders;
  return {
    purpose: "核验申请人主体资格",
    ...(holder && { holder }),
    itemCodes: [file.code],
    businessId,
    stage: "受理",
    outlet: "鹏湾市政务服务中心 12 号窗口",
    businessTime: now.toISOString(),
    departmentCode: USER.code,
    operator: { account: "zhangsan", name: "张示例" },
    matterCode: USER.matter.code,
  };
}
