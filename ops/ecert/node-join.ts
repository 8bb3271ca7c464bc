import { refuseArgument } from "../../services/domain/refusal.ts";
import { type Added, addPeer } from "../install/add-peer.ts";
import { fingerprintOf, readCard } from "../install/card.ts";
import { readInput } from "./arguments.ts";
import { EXIT } from "./exit-code.ts";
import { needed, noneBeside } from "./node-arguments.ts";
import { parsedBy } from "./operator-options.ts";

const OPTIONS = {
  config: { type: "string", multiple: true },
  card: { type: "string" },
  fingerprint: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

const COMMAND = "node join";

/** `ecert node join`: takes another node up into the configurations of this one. */
export async function joinNode(args: readonly string[]): Promise<number> {
  const { values, positionals } = parsedBy({ args: [...args], options: OPTIONS, allowPositionals: true });
  noneBeside(positionals, COMMAND);
  const configs = values.config ?? [needed(undefined, "config", COMMAND)];
  const file = needed(values.card, "card", COMMAND);
  const card = readCard(Buffer.from(readInput(file)).toString("utf8"), file);
  const fingerprint = fingerprintOf(card);
  const told = values.fingerprint?.replace(/[\s:]/g, "").toLowerCase();
  if (told !== undefined && told !== fingerprint) {
    const description = `与名片中的公钥不符（${fingerprint}） · is not that of the key in the card (${fingerprint})`;
    const remedy = "ask the operator of that node, and do not join with this card";
    throw refuseArgument("INVALID_FIELD", "--fingerprint", description, remedy);
  }
  const outcomes = configs.map((config) => ({ config, outcome: addPeer(config, card) }));
  const answer = {
    node: card.node,
    fingerprint,
    ...(card.leaf !== undefined && { leaf: card.leaf }),
    configs: outcomes,
  };
  process.stdout.write(values.json ? `${JSON.stringify(answer, null, 2)}\n` : text(answer));
  return EXIT.valid;
}

const SAID: Readonly<Record<Added, string>> = {
  added: "已登记 added",
  changed: "已更新 brought up to date",
  there: "已有，未改动 there already, nothing changed",
};

function text(answer: {
  node: string;
  fingerprint: string;
  leaf?: string;
  configs: readonly { config: string; outcome: Added }[];
}): string {
  const { node, fingerprint, leaf, configs } = answer;
  return [
    `节点 node  ${node}`,
    `公钥指纹 fingerprint  ${fingerprint}`,
    "  请与对方运维人员核对 · compare it with what its operator reads to you",
    ...configs.map(({ config, outcome }) => `${SAID[outcome]}  ${config}`),
    leaf === undefined
      ? "下一步 next: ecert nats hub（省节点），重启消息服务和节点 · ecert nats hub at the province, restart broker and node"
      : `下一步 next: ecert nats leaf --hub ${leaf}，启动消息服务和节点 · start broker and node`,
    "",
  ].join("\n");
}
