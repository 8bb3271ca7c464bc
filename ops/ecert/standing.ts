import { toJson } from "@bufbuild/protobuf";
import {
  type GetStandingResponse,
  GetStandingResponseSchema,
  type PeerStanding,
  Standing,
  StandingService,
} from "../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import { EXIT } from "./exit-code.ts";
import { operatorOf } from "./operator-call.ts";
import { OPERATOR_OPTIONS, operatorAccess, parsedBy } from "./operator-options.ts";
import { STANDING_TEXTS } from "./recover-text.ts";

/** Shows where a node stands against each of its peers. */
export async function standing(args: readonly string[]): Promise<number> {
  const { values } = parsedBy({ args: [...args], options: OPERATOR_OPTIONS });
  const access = operatorAccess("standing", values, process.env);
  const operator = operatorOf(access);
  try {
    const found = await operator.client(StandingService, access.server).getStanding({ waitMs: 0 });
    const text = values.json ? `${JSON.stringify(toJson(GetStandingResponseSchema, found), null, 2)}\n` : textOf(found);
    process.stdout.write(text);
    return found.standing === Standing.LEVEL ? EXIT.valid : EXIT.invalid;
  } finally {
    await operator.close();
  }
}

function textOf({ standing, detail, peers }: GetStandingResponse): string {
  const own = `本节点 this node: ${STANDING_TEXTS[standing]}${detail && `\n  ${detail}`}`;
  return `${[own, ...peers.map(peerText)].join("\n")}\n`;
}

function peerText({ node, standing, peerStanding, detail, comparedAt, clockDifferenceMs }: PeerStanding): string {
  return [
    `节点 node ${node}`,
    `  本节点 this node   ${STANDING_TEXTS[standing]}`,
    `  对方 the peer      ${STANDING_TEXTS[peerStanding]}`,
    ...(detail ? [`  详情 detail        ${detail}`] : []),
    `  比对于 compared    ${comparedAt || "从未 never"}`,
    `  时钟差 clock       ${clockDifferenceMs} ms`,
  ].join("\n");
}
