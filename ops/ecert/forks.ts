import type { Client } from "@connectrpc/connect";
import type { CertificateFork, ForkedRecord } from "../../proto/gen/ecert/sync/v1/fork_pb.ts";
import { StandingService } from "../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import { parseForks } from "./forks-arguments.ts";
import { operatorOf } from "./operator-call.ts";
import { allPages, printLeft } from "./operator-list.ts";

/** Shows certificates with a second record, and settles which of the two stands: what an operator needs when `ecert_forks` is not 0. */
export async function forks(args: readonly string[]): Promise<number> {
  const command = parseForks(args, process.env);
  const operator = operatorOf(command);
  try {
    const caller = operator.client(StandingService, command.server);
    if (command.settle) await caller.settleFork(command.settle);
    const left = await listed(caller);
    return printLeft(left, { json: command.json, viewOf, textOf, none: NONE });
  } finally {
    await operator.close();
  }
}

function listed(caller: Client<typeof StandingService>): Promise<CertificateFork[]> {
  return allPages(async (page) => {
    const { forks: items, nextPageToken } = await caller.listForks(page);
    return { items, nextPageToken };
  });
}

function viewOf({ identifier, node, since, records }: CertificateFork) {
  return { identifier, node, since, records: records.map(recordOf) };
}

function recordOf({ sha256, issuedAt, messageSha256, state, revision }: ForkedRecord) {
  return { sha256, issuedAt, messageSha256, state, revision: Number(revision) };
}

function textOf({ identifier, node, since, records }: CertificateFork): string {
  return [
    `证照标识 identifier   ${identifier}`,
    `  签发节点 node       ${node}`,
    `  发现于 since        ${since}`,
    ...records.flatMap(({ sha256, issuedAt, state, revision }, index) => [
      `  ${index === 0 ? "已存档的 archived  " : "后来的 the other   "} ${sha256}`,
      `    签发于 issued     ${issuedAt}, 状态 state ${state}, 修订 revision ${revision}`,
    ]),
  ].join("\n");
}

const NONE = "没有重复的证照标识 · no certificate has a second record\n";
