import { create, toJson } from "@bufbuild/protobuf";
import { type ObligatoryList, ObligatoryListSchema } from "../../../proto/gen/ecert/catalog/v1/list_pb.ts";
import type { Runtime } from "../../node/runtime.ts";
import { nodeSignedBytes } from "../../statement/node-signed.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import { pagesOf } from "../../store/pages-of.ts";
import type { CatalogContext } from "../context.ts";
import { listMessage } from "./list-view.ts";
import type { ListDocument } from "./stored.ts";

/** A list of this node, signed: whoever keeps a copy can show this node its own word. */
export function signedList({ nodeKey }: Pick<Runtime, "nodeKey">, list: ListDocument): ListDocument {
  const { signature: _, ...rest } = list;
  const signature = nodeKey.sign(signedBytes(listMessage(rest)));
  return { ...rest, signature: Buffer.from(signature).toString("base64") };
}

/** Whether a node has signed just this list. */
export function isListSignedBy(
  { verifyNode }: Pick<Runtime, "verifyNode">,
  node: string,
  list: ObligatoryList,
): boolean {
  return list.signature.length === 64 && verifyNode(node, signedBytes(list), list.signature);
}

/** At the start: signs the lists of this node from before lists were signed, or under another key. Of replicas that start at once one is first. */
export async function signOwnLists({ lists, runtime }: CatalogContext): Promise<void> {
  const own = runtime.config.node.code;
  for await (const page of pagesOf(lists, { index: "versions", equals: [own] })) {
    for (const { _id: id } of page) {
      await changeStored(lists, id, (old) =>
        !old || isListSignedBy(runtime, own, listMessage(old)) ? undefined : signedList(runtime, old),
      );
    }
  }
}

function signedBytes(list: ObligatoryList): Uint8Array {
  const { node, division, changes, changedAt, entries } = list;
  const said = create(ObligatoryListSchema, { node, division, changes, changedAt, entries });
  return nodeSignedBytes("ecert.obligatory-list.v1", toJson(ObligatoryListSchema, said));
}
