import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseSealPicture } from "../../services/document/parse-template.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { divisionOfNode } from "../../services/domain/sandbox.ts";
import { socialCreditCodeFault } from "../../services/domain/social-credit-code.ts";
import { nameDer, type SubjectName } from "../../services/trust/name.ts";
import { agentConfig } from "../config/agent-config.ts";
import { policyFile } from "../config/policy-file.ts";
import { readStrict } from "../config/strict.ts";
import { loadNodeKey } from "../province.ts";
import { needed, parseOptions, refuseOption } from "./arguments.ts";
import { type KeyKind, keyKind } from "./make-key.ts";
import { mechanismFor, type Starter, tokenOf } from "./starter-device.ts";
import { pictureName, STARTER_NAMES, starterConfig, starterPicture, starterPolicy } from "./starter-files.ts";

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
  admin: { type: "string" },
  division: { type: "string" },
  picture: { type: "string" },
  province: { type: "string" },
  "province-key": { type: "string" },
  "node-key": { type: "string" },
} as const;

/** What `agent init` is asked for, as far as it can be checked without the device. */
export interface InitOrder {
  directory: string;
  starter: Starter;
  newToken: boolean;
  keyLabel: string;
  kind: KeyKind;
  subject: SubjectName;
  /** Files of the directory, by name: those of a host, without the request. */
  files: [name: string, content: string][];
}

/**
 * Reads the options and the files that they name, and holds the configuration and the policy that follow from them to the rules by which
 * `agent run` reads them. Throws `INVALID_FIELD` or `CODE_INVALID`, with the option or the member.
 */
export function orderOf(args: readonly string[]): InitOrder {
  const options = parseOptions(args, OPTIONS);
  const directory = resolve(needed(options.directory, "directory"));
  const keyLabel = fileLabel(needed(options.key, "key"));
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
  const kind = keyKind(options.algorithm);
  if (starter !== "key-files") mechanismFor(starter, kind);
  const subject = {
    country: "CN",
    organization,
    organizationCode,
    commonName: options["common-name"] ?? organization,
  };
  nameDer(subject);
  const node = needed(options.node, "node");
  const provinceKey = keyIn(needed(options["province-key"], "province-key"));
  const nodeKey = options["node-key"] === undefined ? undefined : keyIn(options["node-key"]);
  const picture =
    options.picture === undefined
      ? starterPicture(organization, node)
      : parseSealPicture(readFileSync(options.picture, "utf8"));
  const config = starterConfig({
    agent: needed(options.agent, "agent"),
    node,
    province: needed(options.province, "province"),
    nodeKey: nodeKey !== undefined,
    device: starter,
    cores: pairs("core", options.core ?? [needed(undefined, "core")]),
    ...(options.admin !== undefined && { admin: options.admin }),
  });
  const items = options.item ?? [needed(undefined, "item")];
  const unit = {
    code: organizationCode,
    name: organization,
    division: options.division ?? divisionOfNode(node).slice(0, 6),
  };
  const policy = starterPolicy({ node, seal: needed(options.seal, "seal"), keyLabel, unit, items });
  readStrict(config, join(directory, STARTER_NAMES.config), agentConfig);
  readStrict(policy, join(directory, STARTER_NAMES.policy), policyFile);
  const files: [string, string | undefined][] = [
    [STARTER_NAMES.province, provinceKey],
    [STARTER_NAMES.nodeKey, nodeKey],
    [pictureName(keyLabel), asText(picture)],
    [STARTER_NAMES.config, asText(config)],
    [STARTER_NAMES.policy, asText(policy)],
  ];
  return {
    directory,
    starter,
    newToken: options["new-token"],
    keyLabel,
    kind,
    subject,
    files: files.flatMap(([name, content]) => (content === undefined ? [] : [[name, content]])),
  };
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

/** A key's label, which names files too. */
function fileLabel(label: string): string {
  if (/^[^/\p{C}]{1,60}$/u.test(label)) return label;
  throw refuseOption("INVALID_FIELD", "--key", {
    description: "it names files, and must be 1–60 characters without / and control characters",
    remedy: "choose another label",
    localized: "密钥标签同时用作文件名，须为1至60个字符，不含 / 和控制字符；请另选标签",
  });
}

/** A node's key, checked. */
function keyIn(file: string): string {
  loadNodeKey(file);
  return readFileSync(file, "utf8");
}

function asText(content: object): string {
  return `${JSON.stringify(content, undefined, 2)}\n`;
}
