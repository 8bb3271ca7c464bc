import { useQuery } from "@connectrpc/connect-query";
import { useEffect } from "react";
import { type Certificate, CertificateState } from "../../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { faceDigest } from "../../security-key/face-digest.ts";
import { FaceView } from "../face/face-view.tsx";
import { mayCall } from "../shell/allowed.ts";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { CERTIFICATES } from "./certificate-texts.ts";

const { getFace } = IssueService.method;

/**
 * The face of a certificate as the node has it now, where its reader may look at it and there is one. `shown` is told the digest of what is shown, `again` has
 * it asked for anew when it changes.
 */
export function CertificateFace(props: {
  certificate: Pick<Certificate, "identifier" | "name"> & { state?: CertificateState };
  shown?: (identifier: string, digest: string) => void;
  again?: unknown;
}) {
  const { certificate, shown, again } = props;
  const { identifier, state, name } = certificate;
  const texts = useTexts(CERTIFICATES);
  const { roles } = useWho();
  const isThere = mayCall(roles, getFace) && state !== CertificateState.MAKING && state !== CertificateState.DISCARDED;
  const { data, error, refetch } = useQuery(getFace, { identifier }, { enabled: isThere });
  const content = data?.file?.content;
  useEffect(() => {
    if (again) refetch();
  }, [again, refetch]);
  useEffect(() => {
    if (content && shown) faceDigest(content).then((digest) => digest && shown(identifier, digest));
  }, [content, shown, identifier]);
  if (!isThere) return null;
  if (error) return <RefusalNotice error={error} retry={() => refetch()} />;
  if (!content) return <Waiting />;
  return <FaceView pdf={content} label={`${name} ${texts.face}`} />;
}
