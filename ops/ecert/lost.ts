import type { Client } from "@connectrpc/connect";
import { type LostSignature, RecoveryService } from "../../proto/gen/ecert/issue/v1/recovery_service_pb.ts";
import { type LostCommand, parseLost } from "./lost-arguments.ts";
import { operatorOf } from "./operator-call.ts";
import { allPages, printLeft } from "./operator-list.ts";

type Caller = Client<typeof RecoveryService>;

/** Identifiers of one call, at most (contract of `AcceptLostSignatures`). */
const BATCH = 1_000;

/** Shows what agents have signed and the node does not know, and gives it up: what an operator needs when `ecert_lost_signatures` is not 0. */
export async function lost(args: readonly string[]): Promise<number> {
  const command = parseLost(args, process.env);
  const operator = operatorOf(command);
  try {
    const caller = operator.client(RecoveryService, command.server);
    if (command.action === "accept") await accept(caller, command);
    const left = await listed(caller);
    return printLeft(left, { json: command.json, viewOf, textOf, none: NONE });
  } finally {
    await operator.close();
  }
}

function listed(caller: Caller): Promise<LostSignature[]> {
  return allPages(async (page) => {
    const { signatures: items, nextPageToken } = await caller.listLostSignatures(page);
    return { items, nextPageToken };
  });
}

async function accept(caller: Caller, { all, identifiers }: LostCommand): Promise<void> {
  const chosen = all ? (await listed(caller)).map(({ identifier }) => identifier) : [...identifiers];
  for (let from = 0; from < chosen.length; from += BATCH)
    await caller.acceptLostSignatures({ identifiers: chosen.slice(from, from + BATCH) });
}

function viewOf({ identifier, agent, journalEntry, since }: LostSignature) {
  return { identifier, agent, journalEntry: Number(journalEntry), since };
}

function textOf({ identifier, agent, journalEntry, since }: LostSignature): string {
  return [
    `证照标识 identifier  ${identifier}`,
    `  签名代理 agent     ${agent}, 日志 entry ${journalEntry}`,
    `  始于 since         ${since}`,
  ].join("\n");
}

const NONE = "没有丢失的签名 · nothing that agents have signed is unknown here\n";
