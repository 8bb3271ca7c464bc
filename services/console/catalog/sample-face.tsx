import { useQuery } from "@connectrpc/connect-query";
import type { CatalogItemContent } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { FaceView } from "../face/face-view.tsx";
import { mayCall } from "../shell/allowed.ts";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useWho } from "../shell/who.tsx";
import { faultPlace } from "./fault-place.ts";

const { previewFace } = CatalogService.method;

/** The face of a content with its example (证照样例), as the node draws it; nothing for whoever may not have it drawn. */
export function SampleFace({ content, label }: { content: CatalogItemContent; label: string }) {
  const { roles } = useWho();
  const enabled = mayCall(roles, previewFace);
  const sealPictureJson = content.sealSamples[0]?.pictureJson ?? "";
  const { data, error, refetch } = useQuery(previewFace, { content, sealPictureJson }, { enabled });
  if (!enabled) return null;
  if (error) return <RefusalNotice error={error} retry={() => refetch()} placeOf={faultPlace} />;
  if (!data?.file) return <Waiting />;
  return <FaceView pdf={data.file.content} label={label} />;
}
