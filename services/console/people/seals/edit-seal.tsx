import { useMutation } from "@connectrpc/connect-query";
import { Alert } from "antd";
import { Link, useNavigate, useParams } from "react-router";
import type { Seal } from "../../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { RegistryService } from "../../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { useKeptDraft } from "../../form/kept-draft.ts";
import { useOpened } from "../../form/opened.ts";
import { Waiting } from "../../shell/placeholders.tsx";
import { RefusalNotice } from "../../shell/refusal-notice.tsx";
import { useWho } from "../../shell/who.tsx";
import { useTexts } from "../../text/texts.ts";
import { changedMembers, type FilledSeal, filledFrom, sealOf } from "./filled-seal.ts";
import { SealForm } from "./seal-form.tsx";
import { SEALS } from "./seal-texts.ts";

/** Changes a seal, or binds one again that was unbound (5.9.4): the department confirms it anew. */
export function EditSeal() {
  const { seal: code = "" } = useParams();
  const { data, error, refetch } = useOpened(RegistryService.method.getSeal, { code });
  if (error) return <RefusalNotice error={error} retry={() => refetch()} />;
  if (!data?.seal) return <Waiting />;
  return <Edited seal={data.seal} digest={data.digest} />;
}

function Edited({ seal, digest }: { seal: Seal; digest: string }) {
  const texts = useTexts(SEALS);
  const who = useWho();
  const navigate = useNavigate();
  const { code, name, departmentCode, unbound } = seal;
  const page = `/people/departments/${departmentCode}/seals/${code}`;
  // What was typed over another content is not taken for a change of this one.
  const kept = useKeptDraft<FilledSeal>(`${who.account}.seal.${code}.${digest.slice(0, 16)}`);
  const left = () => {
    kept.forget();
    navigate(page);
  };
  const saving = useMutation(RegistryService.method.putSeal, { onSuccess: left });
  const save = (filled: FilledSeal) => {
    const paths = changedMembers(seal, filled);
    if (paths.length === 0) return left();
    saving.mutate({ seal: sealOf(filled, departmentCode), updateMask: { paths } });
  };
  return (
    <>
      <p>
        <Link to={page}>{name}</Link>
      </p>
      <h1>{unbound ? texts.bindAgain : texts.edit}</h1>
      {unbound && <Alert type="warning" showIcon role="status" title={texts.bindAgainHow} />}
      <SealForm
        begun={kept.before ?? filledFrom(seal)}
        isThere
        keptAt={kept.keptAt}
        keep={kept.keep}
        save={save}
        saving={saving.isPending}
        error={saving.error}
        taken={false}
      />
    </>
  );
}
