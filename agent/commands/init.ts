import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Refusal } from "../../services/domain/refusal.ts";
import { socialCreditCodeFault } from "../../services/domain/social-credit-code.ts";
import { makeCertificateRequest } from "../../services/trust/certificate-request.ts";
import { VENDORS } from "../device/vendor-presets.ts";
import { type Command, needed, parseOptions, print } from "./arguments.ts";
import { makeKey } from "./make-key.ts";
import { makeDevice, tokenOf } from "./starter-device.ts";
import { starterConfig, starterPolicy } from "./starter-files.ts";

const HELP = `Makes token, key, certificate request and a configuration to begin with. Run again it adds what is missing and changes
nothing that is there.

  node agent/main.ts init --directory DIR --agent NAME --node CODE (--module FILE --token LABEL | --key-files) --key LABEL
      --seal CODE --organization NAME --organization-code CODE --item CODE… --core NAME=HOST:PORT… [options]

  --directory DIR            where configuration, policy, PIN files and request are kept
  --agent NAME               name of the agent, as in its TLS certificate ecert://<node>/agent/<name>
  --node CODE                division code of the node whose cores it serves
  --module FILE              PKCS#11 library of the device's vendor
  --token LABEL              label of the token
  --new-token                initialises a free slot; PINs are read from DIR/pin and DIR/so-pin, or made there at random
  --environment NAME=VALUE   variable that the library needs; may be repeated
  --key-files                for trials, in place of a device: encrypted key files in DIR/keys, passphrase in DIR/passphrase
  --key LABEL                label of the key to be made in the device
  --algorithm NAME           p256 (default), sm2, rsa2048 or rsa3072
  --vendor NAME              whose numbers SM2 has in the device: ${VENDORS.join(", ")}
  --mechanism NUMBERS        for other vendors, SM2's numbers from the vendor's header: keyType=0x…,generate=0x…,sign=0x…
                             and, where it is so, digest=device (it digests by itself), signature=der
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
  "key-files": { type: "boolean", default: false },
  "new-token": { type: "boolean", default: false },
  environment: { type: "string", multiple: true },
  key: { type: "string" },
  algorithm: { type: "string", default: "p256" },
  vendor: { type: "string" },
  mechanism: { type: "string", multiple: true },
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
    const starter = options["key-files"]
      ? "key-files"
      : tokenOf({ ...options, environment: pairs("environment", options.environment ?? []) });
    if (starter === "key-files" && options.module !== undefined) {
      throw new Refusal("INVALID_FIELD", "--key-files stands in place of a device: leave out --module, or --key-files");
    }
    const config = starterConfig({
      agent: needed(options.agent, "agent"),
      node: needed(options.node, "node"),
      device: starter,
      cores: pairs("core", options.core ?? [needed(undefined, "core")]),
    });
    const items = options.item ?? [needed(undefined, "item")];
    const policy = starterPolicy({ seal: needed(options.seal, "seal"), keyLabel, organizationCode, items });

    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const device = await makeDevice(starter, directory, options["new-token"]);
    try {
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
