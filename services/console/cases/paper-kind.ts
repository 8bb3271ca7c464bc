import { PaperKind } from "../../../proto/gen/ecert/governance/v1/paper_pb.ts";
import { enumName } from "../format/enum-name.ts";
import { said } from "../text/texts.ts";
import { PAPER_KINDS } from "./case-texts.ts";

/** A kind of paper as people call it; one that this page does not know, by its name in the contract. */
export function paperKindText(kind: PaperKind): string {
  const name = enumName(PaperKind, kind);
  const known = PAPER_KINDS[name];
  return known ? said(known) : name;
}
