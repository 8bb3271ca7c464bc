import type { JsonObject } from "@bufbuild/protobuf";
import { IssuerService } from "../../../proto/gen/ecert/catalog/v1/issuer_service_pb.ts";
import { TermsService } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { shanghaiDay } from "../../../services/domain/civil-date.ts";
import { refuseArgument } from "../../../services/domain/refusal.ts";
import type { Asked, Group } from "./action.ts";
import { listAction, putAction } from "./actions.ts";
import { calledJson, listed } from "./caller.ts";
import { table } from "./table.ts";

const COLUMNS = ["departmentCode", "itemCode", "node", "since", "until", "forUnits"] as const;

/** 5.6.2: rights to issue, which the province gives. */
export const RIGHT: Group = {
  word: "right",
  chinese: "签发权（仅省级节点）",
  english: "where each department issues which item; at the province",
  actions: {
    put: putAction(IssuerService.method.putIssuingRight, "right", ["departmentCode", "itemCode"]),
    list: listAction(TermsService.method.listIssuingRights, "rights", COLUMNS),
    close: {
      kind: "run",
      keys: [],
      takes: ["DEPARTMENT", "ITEM"],
      chinese: "终止：已签发的继续有效",
      english: "ends it; what was issued stays good",
      options: {
        "last-day": { value: "DAY", chinese: "最后一日，默认今日", english: "last day of issuing; today by default" },
      },
      run: closeRight,
    },
  },
};

/** 5.9.2: keys of nodes, which the province lists. */
export const NODE_KEY: Group = {
  word: "node-key",
  chinese: "节点密钥登记（仅省级节点）",
  english: "keys with which nodes sign; at the province",
  actions: {
    put: putAction(IssuerService.method.putNodeKey, "key", ["node", "publicKey"]),
    list: listAction(TermsService.method.listNodeKeys, "keys", ["node", "publicKey", "since", "until", "compromised"]),
  },
};

async function closeRight(asked: Asked): Promise<{ json: JsonObject; text: string }> {
  const [departmentCode, itemCode] = asked.arguments;
  const all = await listed(asked, TermsService.method.listIssuingRights, "rights");
  const last = all.filter((one) => one.departmentCode === departmentCode && one.itemCode === itemCode).at(-1);
  if (!last) {
    const description = `${departmentCode} 没有 ${itemCode} 的签发权 · has no right to issue ${itemCode}`;
    throw refuseArgument("ISSUER_NOT_AUTHORISED", "DEPARTMENT ITEM", description, "see ecert right list");
  }
  const until = String(asked.options["last-day"] ?? shanghaiDay(new Date()));
  const json = await calledJson(asked, IssuerService.method.putIssuingRight, { right: { ...last, until } });
  return { json, text: table(json.rights as JsonObject[], COLUMNS) };
}
