import { EventKind, type PendingEvent } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { isWithin } from "../../domain/division.ts";
import { Refusal } from "../../domain/refusal.ts";
import { divisionOfNode } from "../../domain/sandbox.ts";
import { insertNew } from "../../store/insert-new.ts";
import { listOf } from "../../store/pages-of.ts";
import type { SupervisionContext } from "../context.ts";
import { issuedOf } from "../counted/issued-record.ts";
import { keepTally } from "../counted/tally-record.ts";
import { ownerOf } from "../facts/fact-record.ts";
import { keepFact } from "../facts/keep-fact.ts";
import { keepList } from "../facts/keep-list.ts";
import { dayOfEvent, readable } from "../facts/readable.ts";
import { registryFact } from "../facts/registry-fact.ts";

/** Keeps what an event of a node tells, once; resolves to whether it was new. Throws `INVALID_FIELD` and `DATA_INVALID` for what cannot be counted. */
export async function keepEvent(context: SupervisionContext, node: string, event: PendingEvent): Promise<boolean> {
  const { facts, issued, runtime } = context;
  const { kind, payload, aggregateId, revision, occurredAt } = event;
  const knownAt = runtime.now().toISOString();
  switch (kind) {
    case EventKind.CERTIFICATE_CHANGED:
      return insertNew(
        issued,
        readable("a certificate's record", () => issuedOf(node, payload, knownAt)),
      );
    case EventKind.REGISTRY_CHANGED: {
      const on = dayOfEvent(occurredAt);
      const value = readable("a record", () => registryFact(payload, on));
      if (!value) return false;
      return keepFact(
        facts,
        { id: `${node}/${aggregateId}`, node },
        { revision: Number(revision), on, knownAt, value },
      );
    }
    case EventKind.LIST_PUBLISHED: {
      const on = dayOfEvent(occurredAt);
      return keepList(facts, { node, on, knownAt }, payload);
    }
    case EventKind.USES_COUNTED:
    case EventKind.REFUSED_MAKES_COUNTED: {
      const counted = { node, aggregate: `${kind}/${aggregateId}`, changes: Number(revision) };
      return keepTally(context.tallies, counted, payload, (department) => homeOf(context, node, department));
    }
    default:
      throw new Refusal("INVALID_FIELD", `supervision counts no events of kind ${kind}`);
  }
}

/**
 * Whose a count is that a node made: the node's own department, else, where it stood in for a node within its division, the department of that. A city
 * counts nothing for departments of another one.
 */
async function homeOf({ rates }: SupervisionContext, node: string, department: string): Promise<string> {
  const owners = await listOf(rates, { index: "departments", equals: [department] });
  const known = owners.filter(({ name }) => name !== "");
  const own =
    known.find((one) => one.node === node) ??
    known.find((one) => isWithin(divisionOfNode(one.node), divisionOfNode(node)));
  return own?.owner ?? ownerOf(node, department);
}
