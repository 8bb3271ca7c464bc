import { fromBinary } from "@bufbuild/protobuf";
import {
  type CertificateRecord,
  CertificateRecordSchema,
} from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { refuseField } from "../../domain/refusal.ts";
import { requireHolds } from "../../judgement/judge-record.ts";
import { createRecordJudge, type RecordJudge } from "../../judgement/record-judge.ts";
import { openRegisterSource } from "../../judgement/register-source.ts";
import type { Runtime } from "../../node/runtime.ts";
import { RECORD_STATES } from "../../record/record-state.ts";
import { readMessageView } from "../../trust/verification/message-view.ts";
import type { IssueContext } from "../context.ts";
import type { JudgedRecord } from "./restored.ts";

/** Reads and judges a record of this node that comes back from another. */
export type JudgeRestored = (record: Uint8Array) => Promise<JudgedRecord>;

/**
 * Creates the judgement: nobody between the department and this node is believed, the province's archive no more than any. The register
 * of issuers is opened at the first record: a node that is never restored asks for none. Refused: as archives refuse records, and
 * `INVALID_FIELD` for a record of another node.
 */
export function createRestoreJudge({ runtime, signers }: Pick<IssueContext, "runtime" | "signers">): JudgeRestored {
  let opened: Promise<RecordJudge> | undefined;

  async function open(): Promise<RecordJudge> {
    const source = await openRegisterSource(runtime);
    return createRecordJudge({ signers, source, now: runtime.now, revocation: "known" });
  }

  return async (bytes) => {
    const record = recordIn(bytes);
    const state = stateOf(record, runtime);
    opened ??= open();
    opened.catch(() => {
      opened = undefined;
    });
    const judgement = await (await opened).judge(record);
    requireHolds(record.identifier, judgement);
    // Nobody can have signed a message that is not whole.
    const message = readMessageView(record.message) as JudgedRecord["message"];
    return { record, state, message, signer: judgement.signer?.fingerprint ?? "" };
  };
}

/** What an archive adds to a record when it answers is not part of it. */
function recordIn(bytes: Uint8Array): CertificateRecord {
  try {
    return { ...fromBinary(CertificateRecordSchema, bytes), forkedSince: "" };
  } catch {
    throw refuseField(
      "INVALID_FIELD",
      "record",
      "is no CertificateRecord",
      "send it as the archive has it",
      "不是证照记录，请按档案原样提交",
    );
  }
}

function stateOf({ node, state }: CertificateRecord, { config }: Runtime): JudgedRecord["state"] {
  if (node !== config.node.code)
    throw refuseField(
      "INVALID_FIELD",
      "record.node",
      `is ${node}`,
      "only this node's own certificates come back here",
      `是节点${node}的证照，这里只恢复本节点的证照`,
    );
  const name = (RECORD_STATES as Partial<Record<number, JudgedRecord["state"]>>)[state];
  if (name !== undefined) return name;
  throw refuseField(
    "INVALID_FIELD",
    "record.state",
    "is none of an issued certificate",
    "send the record of an issued certificate",
    "不是已签发证照的状态，请提交已签发证照的记录",
  );
}
