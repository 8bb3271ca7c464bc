import { useQuery } from "@connectrpc/connect-query";
import { useCallback } from "react";
import { RegistryService } from "../../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { FaceView } from "../../face/face-view.tsx";
import { Waiting } from "../../shell/placeholders.tsx";
import { RefusalNotice } from "../../shell/refusal-notice.tsx";
import { useTexts } from "../../text/texts.ts";
import { SEALS } from "./seal-texts.ts";

const { getSeal } = RegistryService.method;

/** The picture of a seal as faces show it, drawn by the node from what it has. `shown` is told the digest of what was drawn, once that is to be seen. */
export function SealPicture({ code, shown }: { code: string; shown: (digest: string) => void }) {
  const texts = useTexts(SEALS);
  const { data, error, refetch } = useQuery(getSeal, { code, withPicture: true }, { staleTime: 0, gcTime: 0 });
  const { digest = "", picture } = data ?? {};
  const drawn = useCallback(() => shown(digest), [shown, digest]);
  return (
    <section className="panel seal-picture">
      <h2>{texts.picture}</h2>
      {error && <RefusalNotice error={error} retry={() => refetch()} />}
      {!error && !picture && <Waiting />}
      {picture && <FaceView pdf={picture.content} label={texts.picture} drawn={drawn} />}
      <p className="quiet">{texts.pictureHow}</p>
    </section>
  );
}
