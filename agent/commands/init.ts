import { randomInt } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Refusal } from "../../services/domain/refusal.ts";
import { socialCreditCodeFault } from "../../services/domain/social-credit-code.ts";
import { makeCertificateRequest } from "../../services/trust/certificate-request.ts";
import { createPkcs11Device, type Pkcs11Device } from "../device/pkcs11-device.ts";
import { VENDORS } from "../device/vendor-presets.ts";
import { type Command, needed, parseOptions, print } from "./arguments.ts";
import { makeKey } from "./make-key.ts";
import { starterConfig, starterPolicy } from "./starter-files.ts";

const HELP = `Makes token, key, certificate request and a configuration to begin with. Run again it adds what is missing and changes
nothing that is there.

  node agent/main.ts init --directory DIR --agent NAME --node CODE --module FILE --token LABEL --key LABEL --seal CODE
      --organization NAME --organization-code CODE --item CODE… --core NAME=HOST:PORT… [options]

  --directory DIR            where configuration, policy, PIN files and request are kept
  --agent NAME               name of the agent, as in its TLS certificate ecert://<node>/agent/<name>
  --node CODE                division code of the node whose cores it serves
  --module FILE              PKCS#11 library of the device's vendor
  --token LABEL              label of the token
  --new-token                initialises a free slot; PINs are read from DIR/pin and DIR/so-pin, or made there at random
  --environment NAME=VALUE   variable that the library needs; may be repeated
  --key LABEL                label of the key to be made in the device
  --algorithm NAME           p256 (default), sm2, rsa2048 or rsa3072
  --vendor NAME              whose numbers SM2 has in the device: ${VENDORS.join(", ")}
  --seal CODE                code of the seal (印章编码) that the key signs for
  --organization NAME        the department, for the certificate request
  --organization-code CODE   its unified social credit code; it becomes the seal's first unit
  --common-name NAME         name of the seal in the request; default: the department's name
  --item CODE                catalog item that the seal may sign; may be repeated
  --core NAME=HOST:PORT      replica of the node's issue service; may be repeated

Next: have the request certified, put the certificate beside it, add the TLS files and the apps' origin keys, run "doctor".
`;

const OPTIONS = {
  directory: { type: "string" },
  agent: { type: "string" },
  node: { type: "string" },
  module: { type: "string" },
  token: { type: "string" },
  "new-token": { type: "boolean", default: false },
  environment: { type: "string", multiple: true },
  key: { type: "string" },
  algorithm: { type: "string", default: "p256" },
  vendor: { type: "string" },
  seal: { type: "string" },
  organization: { type: "string" },
  "organization-code": { type: "string" },
  "common-name": { type: "string" },
  item: { type: "string", multiple: true },
  core: { type: "string", multiple: true },
} as const;

/** `agent init`. */
export const init: Command = {
  help: HELP,
  async run(args) {
    const options = parseOptions(args, OPTIONS);
    const directory = resolve(needed(options.directory, "directory"));
    const keyLabel = needed(options.key, "key");
    const organization = needed(options.organization, "organization");
    const organizationCode = needed(options["organization-code"], "organization-code");
    const fault = socialCreditCodeFault(organizationCode);
    if (fault !== undefined) throw new Refusal("CODE_INVALID", `--organization-code ${organizationCode}: ${fault}`);
    const vendor = VENDORS.find((known) => known === options.vendor);
    if (options.vendor !== undefined && !vendor) {
      throw new Refusal("INVALID_FIELD", `--vendor: one of ${VENDORS.join(", ")}`);
    }
    const config = starterConfig({
      agent: needed(options.agent, "agent"),
      node: needed(options.node, "node"),
      module: resolve(needed(options.module, "module")),
      tokenLabel: needed(options.token, "token"),
      ...(vendor && { vendor }),
      environment: pairs("environment", options.environment ?? []),
      cores: pairs("core", options.core ?? [needed(undefined, "core")]),
    });
    const items = options.item ?? [needed(undefined, "item")];
    const policy = starterPolicy({ seal: needed(options.seal, "seal"), keyLabel, organizationCode, items });

    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const pinFile = join(directory, config.device.pinFile);
    const { module, tokenLabel, environment } = config.device;
    const device = createPkcs11Device({ module, tokenLabel, environment, pinFile, vendor });
    try {
      if (options["new-token"]) await makeToken(device, pinFile, join(directory, "so-pin"), tokenLabel);
      const key = await makeKey(device, keyLabel, options.algorithm);
      const subject = {
        country: "CN",
        organization,
        organizationCode,
        commonName: options["common-name"] ?? organization,
      };
      const sign = (bytes: Uint8Array) => device.sign(keyLabel, bytes);
      const request = await makeCertificateRequest({ subject, spki: key.publicKey, sign });
      const requestFile = join(directory, `${keyLabel}.request.pem`);
      writeFileSync(requestFile, request);
      print(`certificate request: ${requestFile}; put its certificate into ${keyLabel}.crt.pem beside it`);
    } finally {
      await device.close();
    }
    writeNew(join(directory, "agent.json"), config);
    writeNew(join(directory, "policy.json"), policy);
    return 0;
  },
};

async function makeToken(device: Pkcs11Device, pinFile: string, soPinFile: string, label: string): Promise<void> {
  for (const file of [pinFile, soPinFile]) {
    if (existsSync(file)) continue;
    writeFileSync(file, Array.from({ length: 12 }, () => randomInt(10)).join(""), { mode: 0o600 });
    print(`PIN made at random: ${file}; keep a copy under lock`);
  }
  try {
    await device.initialize(soPinFile);
    print(`token ${label}: initialised`);
  } catch (error) {
    if (!(error instanceof Refusal && error.reason === "ALREADY_EXISTS")) throw error;
    print(`token ${label}: there already, left as it is`);
  }
}

function pairs(option: string, texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, name, value] = /^([^=]+)=(.+)$/.exec(text) ?? [];
      if (!name || !value) throw new Refusal("INVALID_FIELD", `--${option} ${text}: write NAME=VALUE`);
      return [name, value];
    }),
  );
}

function writeNew(file: string, content: object): void {
  if (existsSync(file)) {
    print(`${file}: there already, left as it is`);
    return;
  }
  writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600 });
  print(`${file}: written`);
}
