import { useMutation, useQuery } from "@connectrpc/connect-query";
import { Button } from "antd";
import { useRef, useState } from "react";
import { Link, useParams } from "react-router";
import type { Matter } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import {
  type CreateUsageContextResponse,
  type RedeemPresentationResponse,
  UsageService,
} from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { type AskedFields, contextOf, sameRequest } from "../../staff-model/asked-context.ts";
import { keepDesk } from "../../staff-page/desk.ts";
import { useKeptDraft } from "../form/kept-draft.ts";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { ContextForm } from "./context-form.tsx";
import { Presented } from "./presented.tsx";
import { ScanPanel } from "./scan-panel.tsx";
import { Served } from "./served.tsx";
import { UsageSession } from "./usage-session.tsx";
import { USE } from "./use-texts.ts";

/** Using certificates in one matter, for one person after the other. */
export function MatterPage() {
  const texts = useTexts(USE);
  const { code = "" } = useParams();
  const { data, error, refetch } = useQuery(RegistryService.method.getMatter, { code });
  const [person, setPerson] = useState(0);
  return (
    <>
      <p>
        <Link to="/use">{texts.otherMatter}</Link>
      </p>
      {error && <RefusalNotice error={error} retry={() => refetch()} />}
      {!error && !data?.matter && <Waiting />}
      {data?.matter && <OnePerson key={person} matter={data.matter} next={() => setPerson(person + 1)} />}
    </>
  );
}

/** What is being done for the person served. */
type Step =
  | { readonly kind: "asking" }
  | { readonly kind: "scanning" }
  | { readonly kind: "opened"; readonly code: CreateUsageContextResponse }
  | { readonly kind: "presented"; readonly answer: RedeemPresentationResponse };

/** From why and for whom to what was used, for one person. `next` begins with another. */
function OnePerson({ matter, next }: { matter: Matter; next: () => void }) {
  const texts = useTexts(USE);
  const who = useWho();
  const draft = useKeptDraft<AskedFields>(`${who.account}.use.${matter.code}`, { isQuestion: true });
  const [fields, setFields] = useState<AskedFields | undefined>(draft.before);
  const [step, setStep] = useState<Step>({ kind: "asking" });
  const request = useRef(sameRequest());
  const making = useMutation(UsageService.method.createUsageContext, {
    onSuccess(code) {
      request.current.answered();
      setStep({ kind: "opened", code });
    },
  });
  const redeeming = useMutation(UsageService.method.redeemPresentation, {
    onSuccess(answer) {
      request.current.answered();
      if (answer.holder && fields) {
        const { name, codeType, code } = answer.holder;
        setFields({ ...fields, holder: { name, codeType, code } });
      }
      setStep({ kind: "presented", answer });
    },
  });
  const begin = (asked: AskedFields, how: "find" | "scan") => {
    setFields(asked);
    keepDesk(who.account, asked);
    redeeming.reset();
    making.reset();
    if (how === "scan") setStep({ kind: "scanning" });
    else making.mutate(request.current.of(contextOf(asked, matter, who)));
  };
  const forgetAndNext = () => {
    draft.forget();
    next();
  };
  if (step.kind === "asking" || !fields)
    return (
      <ContextForm
        matter={matter}
        before={fields}
        keep={draft.keep}
        keptAt={draft.keptAt}
        begin={begin}
        pending={making.isPending}
        // What was refused of the scan concerns this form as well: who was served, and which kinds.
        error={making.error ?? redeeming.error}
      />
    );
  const served = (
    <Served
      matter={matter}
      fields={fields}
      next={forgetAndNext}
      change={() => {
        making.reset();
        setStep({ kind: "asking" });
      }}
    />
  );
  const redeem = (presentation: string) =>
    redeeming.mutate({ ...request.current.of(contextOf(fields, matter, who), presentation), presentation });
  if (step.kind === "scanning")
    return (
      <div className="using">
        {served}
        <ScanPanel take={redeem} pending={redeeming.isPending} error={redeeming.error} />
      </div>
    );
  if (step.kind === "presented")
    return (
      <div className="using">
        {served}
        <div>
          <Presented answer={step.answer} businessId={fields.businessId} />
          {making.error !== null && <RefusalNotice error={making.error} />}
          <div className="actions">
            <Button onClick={() => begin(fields, "find")} loading={making.isPending}>
              {texts.find}
            </Button>
          </div>
        </div>
      </div>
    );
  return (
    <UsageSession
      key={step.code.usageCode}
      code={step.code}
      served={served}
      businessId={fields.businessId}
      again={() => begin(fields, "find")}
      refused={making.error}
    />
  );
}
