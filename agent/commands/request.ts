import { Refusal } from "../../services/domain/refusal.ts";
import { socialCreditCodeFault } from "../../services/domain/social-credit-code.ts";
import { makeCertificateRequest } from "../../services/trust/certificate-request.ts";
import { readAgentConfig } from "../config/agent-config.ts";
import { openDevice } from "../device/open-device.ts";
import { type Command, needed, parseOptions, print } from "./arguments.ts";
import { begin } from "./begun.ts";
import { writeWhole } from "./init-files.ts";
import { KEY_ALGORITHMS, keyKind, makeKey } from "./make-key.ts";

const HELP = `Makes a certificate request for a key of the configured device, and the key where it is absent: the first step of
moving a seal to another key or algorithm. Where the request cannot be written, a key that was made for it is taken back.

  node ops/launch.mjs agent request --config FILE --key LABEL --organization NAME --organization-code CODE --out FILE [options]

  --algorithm NAME  of a key that is to be made: ${Object.keys(KEY_ALGORITHMS).join(", ")}; default sm2
  --common-name NAME  name of the seal; default: the department's name

Next: have the request certified, name key and certificate in the policy's seal, and bind the certificate to the seal at the
core. SDF devices make no keys by this way: name one that the vendor's tool made.
`;

/** `agent request`. */
export const request: Command = {
  help: HELP,
  async run(args) {
    const options = parseOptions(args, {
      config: { type: "string" },
      key: { type: "string" },
      algorithm: { type: "string", default: "sm2" },
      organization: { type: "string" },
      "organization-code": { type: "string" },
      "common-name": { type: "string" },
      out: { type: "string" },
    });
    const config = readAgentConfig(needed(options.config, "config"));
    const label = needed(options.key, "key");
    const organization = needed(options.organization, "organization");
    const organizationCode = needed(options["organization-code"], "organization-code");
    const out = needed(options.out, "out");
    const fault = socialCreditCodeFault(organizationCode);
    if (fault !== undefined) throw new Refusal("CODE_INVALID", `--organization-code ${organizationCode}: ${fault}`);
    const kind = keyKind(options.algorithm);
    const device = openDevice(config.device);
    const begun = begin();
    try {
      const { publicKey } = await makeKey(device, label, kind, begun);
      const commonName = options["common-name"] ?? organization;
      const subject = { country: "CN", organization, organizationCode, commonName };
      const sign = (bytes: Uint8Array) => device.sign(label, bytes);
      const request = await makeCertificateRequest({ subject, spki: publicKey, sign });
      begun.goOn();
      writeWhole(out, request);
      print(`certificate request: ${out}`);
      return 0;
    } catch (error) {
      await begun.takeBack();
      throw error;
    } finally {
      begun.end();
      await device.close();
    }
  },
};
