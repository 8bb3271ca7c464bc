import { useQuery } from "@connectrpc/connect-query";
import { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { OpeningHaltKind } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { OpeningRequest } from "../../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import { useTexts } from "../text/texts.ts";
import { OPENINGS } from "./opening-texts.ts";

/** What a request asks for, on one line: an item by its name, a matter or an app by its code, and whether it stops. */
export function SubjectTitle({ subject }: Pick<OpeningRequest, "subject">) {
  const texts = useTexts(OPENINGS);
  const code = subject.case === "issuing" ? subject.value.itemCode : "";
  const { data } = useQuery(
    CatalogService.method.getCatalogItem,
    { code },
    { enabled: code !== "", staleTime: 60_000 },
  );
  switch (subject.case) {
    case "issuing":
      return `${texts.issuing(data?.item?.content?.name ?? code)}${haltText(texts, subject.value.halt?.kind)}`;
    case "usage":
      return `${texts.usage(subject.value.matterCode)}${haltText(texts, subject.value.halt?.kind)}`;
    case "delegation":
      return texts.delegation(subject.value.appKey);
    default:
      return "";
  }
}

function haltText(
  { suspended, withdrawn }: { suspended: string; withdrawn: string },
  kind: OpeningHaltKind | undefined,
) {
  if (kind === OpeningHaltKind.SUSPENDED) return ` · ${suspended}`;
  return kind === OpeningHaltKind.WITHDRAWN ? ` · ${withdrawn}` : "";
}
