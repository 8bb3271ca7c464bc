import type { Client } from "@connectrpc/connect";
import { type SetAside, SetAsidePlace, SetAsideService } from "../../proto/gen/ecert/event/v1/set_aside_service_pb.ts";
import { TARGET_HEADER } from "../../services/call/chain/routes.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { operatorOf } from "./operator-call.ts";
import { allPages, printLeft } from "./operator-list.ts";
import { parseSetAside, type SetAsideCommand } from "./set-aside-arguments.ts";

type Caller = Client<typeof SetAsideService>;

/** A row, and the service that has set it aside. */
interface Found {
  service: string;
  row: SetAside;
}

/** Shows what a node has set aside, and tries it again: what an operator needs when `ecert_set_aside` is not 0. */
export async function setAside(args: readonly string[]): Promise<number> {
  const command = parseSetAside(args, process.env);
  const operator = operatorOf(command);
  try {
    const caller = operator.client(SetAsideService, command.server);
    const found = await listed(caller, command);
    const left = command.action === "list" ? found : await retried(caller, chosen(found, command));
    return printLeft(left, { json: command.json, viewOf, textOf, none: noneText(command) });
  } finally {
    await operator.close();
  }
}

/** What the services of the process have set aside. Refused where it serves none of those that were asked. */
async function listed(caller: Caller, { services, server }: SetAsideCommand): Promise<Found[]> {
  const found: Found[] = [];
  let served = 0;
  for (const service of services) {
    const headers = { [TARGET_HEADER]: service };
    try {
      const rows = await allPages(async (page) => {
        const { rows: items, nextPageToken } = await caller.listSetAside(page, { headers });
        return { items, nextPageToken };
      });
      found.push(...rows.map((row) => ({ service, row })));
      served += 1;
    } catch (error) {
      if (!(error instanceof Refusal && error.reason === "UNIMPLEMENTED")) throw error;
    }
  }
  if (served > 0) return found;
  throw new Refusal("UNIMPLEMENTED", `${server} 不提供这些服务 · ${server} serves none of ${services.join(", ")}`);
}

function chosen(found: readonly Found[], { ids, all }: SetAsideCommand): Found[] {
  if (all) return [...found];
  return ids.map((id) => {
    const one = found.find(({ row }) => row.id === id);
    if (one) return one;
    throw new Refusal("INVALID_FIELD", `没有搁置的记录 ${id} · nothing is set aside under ${id}`);
  });
}

/** Tries each again; resolves to those that stay, as they are now. */
async function retried(caller: Caller, rows: readonly Found[]): Promise<Found[]> {
  const left: Found[] = [];
  for (const { service, row } of rows) {
    const headers = { [TARGET_HEADER]: service };
    const answer = await caller.retrySetAside({ id: row.id }, { headers });
    if (!answer.done) left.push({ service, row: answer.row ?? row });
  }
  return left;
}

function viewOf({ service, row }: Found) {
  const { id, place, source, node, key, reason, detail, since, tries, contentSha256 } = row;
  const [placeName = ""] = Object.entries(SetAsidePlace).find(([, value]) => value === place) ?? [];
  return {
    service,
    id,
    place: placeName.toLowerCase(),
    source,
    node,
    key,
    reason,
    detail,
    since,
    tries,
    contentSha256,
  };
}

function textOf(found: Found): string {
  const { service, id, place, source, node, key, reason, detail, since, tries } = viewOf(found);
  return [
    `编号 id          ${id}`,
    `  位置 where      ${service} ${place} ${source}${node ? `, 节点 node ${node}` : ""}`,
    `  键 key          ${key}`,
    `  原因 why        ${reason}: ${detail}`,
    `  始于 since      ${since}, 已试 tried ${tries}`,
  ].join("\n");
}

function noneText({ action }: SetAsideCommand): string {
  return action === "list" ? "没有搁置的记录 · nothing is set aside\n" : "全部重试成功 · all of them are done\n";
}
