import { createClient } from "@connectrpc/connect";
import { useQuery, useTransport } from "@connectrpc/connect-query";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { RegistryService } from "../../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { toldOf } from "../../call/refusal.ts";
import { useKeptDraft } from "../../form/kept-draft.ts";
import { DepartmentName } from "../../names/names.tsx";
import { Waiting } from "../../shell/placeholders.tsx";
import { RefusalNotice } from "../../shell/refusal-notice.tsx";
import { useWho } from "../../shell/who.tsx";
import { useTexts } from "../../text/texts.ts";
import { changedMembers, type FilledSeal, sealOf } from "./filled-seal.ts";
import { SealForm } from "./seal-form.tsx";
import { SEALS } from "./seal-texts.ts";

/** Prepares a seal for a department (6.4.1.4); that department confirms it. */
export function NewSeal() {
  const { code = "" } = useParams();
  const { data, error, refetch } = useQuery(RegistryService.method.getDepartment, { code });
  if (error) return <RefusalNotice error={error} retry={() => refetch()} />;
  if (!data?.department) return <Waiting />;
  return <Begun departmentCode={code} name={data.department.name} />;
}

function Begun({ departmentCode, name }: { departmentCode: string; name: string }) {
  const texts = useTexts(SEALS);
  const who = useWho();
  const navigate = useNavigate();
  const seals = createClient(RegistryService, useTransport());
  const kept = useKeptDraft<FilledSeal>(`${who.account}.seal.${departmentCode}.new`);
  const [begun] = useState(() => {
    const picture = { kind: "round", name: name.slice(0, 30), caption: "电子证照专用章", diameter: 42 };
    const empty = { signingCertificatePem: "", electronicSeal: "", units: [] };
    return { ...empty, pictureJson: JSON.stringify(picture, undefined, 2), ...kept.before };
  });
  const preparing = useMutation({
    async mutationFn(filled: FilledSeal) {
      const seal = sealOf(filled, departmentCode);
      // The call would change a seal that is there already. What is tried again after its answer was lost is as it was sent.
      const there = await seals.getSeal({ code: seal.code }).catch(unlessUnknown);
      if (there?.seal && changedMembers(there.seal, filled).length > 0) return undefined;
      return seals.putSeal({ seal });
    },
    onSuccess(answer) {
      if (!answer?.seal) return;
      kept.forget();
      navigate(`/people/departments/${departmentCode}/seals/${answer.seal.code}`);
    },
  });
  return (
    <>
      <p>
        <Link to={`/people/departments/${departmentCode}`}>
          <DepartmentName code={departmentCode} />
        </Link>
      </p>
      <h1>{texts.begin}</h1>
      <SealForm
        begun={begun}
        isThere={false}
        keptAt={kept.keptAt}
        keep={kept.keep}
        save={preparing.mutate}
        saving={preparing.isPending}
        error={preparing.error}
        taken={preparing.isSuccess && !preparing.data}
      />
    </>
  );
}

/** Nothing, where there is no such seal. Throws what keeps that from being known. */
function unlessUnknown(error: unknown): undefined {
  if (toldOf(error, "en").reason !== "SEAL_UNKNOWN") throw error;
}
