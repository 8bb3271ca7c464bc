import type { Act } from "../../../proto/gen/ecert/supervision/v1/audit_service_pb.ts";
import { PersonName } from "../names/names.tsx";
import { useTexts } from "../text/texts.ts";
import { AUDIT } from "./audit-texts.ts";

/** Who did something: a person, the holder, an operator, or the platform itself. */
export function WhoDid({ act: { account, caller, appKey } }: { act: Act }) {
  const texts = useTexts(AUDIT);
  if (account !== "") return <PersonName account={account} />;
  if (caller === "holder") return texts.byHolder;
  if (caller === "staff") return texts.byOtherDepartment;
  const [kind = "", , name = ""] = caller.split("/");
  if (kind === "operator") return texts.byOperator(name);
  if (appKey !== "") return <span className="code">{appKey}</span>;
  return texts.byPlatform;
}
