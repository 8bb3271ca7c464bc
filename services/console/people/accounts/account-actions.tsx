import { useMutation } from "@connectrpc/connect-query";
import { Button } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type { Account } from "../../../../proto/gen/ecert/identity/v1/account_pb.ts";
import { AccountService } from "../../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { SessionService } from "../../../../proto/gen/ecert/identity/v1/session_service_pb.ts";
import { mayCall } from "../../shell/allowed.ts";
import { AskFirst } from "../../shell/ask-first.tsx";
import { RefusalNotice } from "../../shell/refusal-notice.tsx";
import { useWho } from "../../shell/who.tsx";
import { useTexts } from "../../text/texts.ts";
import { ACCOUNTS } from "./account-texts.ts";

const { putAccount, closeAccount } = AccountService.method;
const { endSessions } = SessionService.method;

/** What may be done with an account as it stands: change it, end its sessions, disable it, enable it again. */
export function AccountActions({ account, changed }: { account: Account; changed: () => unknown }) {
  const texts = useTexts(ACCOUNTS);
  const { roles } = useWho();
  const [asking, setAsking] = useState<"close" | "reopen" | "endSessions">();
  const { id, name, disabled } = account;
  const done = () => {
    setAsking(undefined);
    changed();
  };
  const closing = useMutation(closeAccount, { onSuccess: done });
  const opening = useMutation(putAccount, { onSuccess: done });
  const ending = useMutation(endSessions, { onSuccess: () => setAsking(undefined) });
  const acts = {
    close: { how: texts.closeHow, act: closing, doIt: () => closing.mutate({ id }) },
    reopen: {
      how: texts.reopenHow,
      act: opening,
      doIt: () => opening.mutate({ account: { ...account, disabled: false } }),
    },
    endSessions: { how: texts.endSessionsHow, act: ending, doIt: () => ending.mutate({ id }) },
  };
  const asked = asking && acts[asking];
  return (
    <div className="actions">
      {mayCall(roles, putAccount) && (
        <Link className="primary" to={`/people/accounts/${encodeURIComponent(id)}/edit`}>
          {texts.edit}
        </Link>
      )}
      {mayCall(roles, endSessions) && !disabled && (
        <Button onClick={() => setAsking("endSessions")}>{texts.endSessions}</Button>
      )}
      {mayCall(roles, closeAccount) && !disabled && (
        <Button danger onClick={() => setAsking("close")}>
          {texts.close}
        </Button>
      )}
      {mayCall(roles, putAccount) && disabled && <Button onClick={() => setAsking("reopen")}>{texts.reopen}</Button>}
      {ending.data && <span role="status">{texts.ended(ending.data.ended)}</span>}
      {asking && asked && (
        <AskFirst
          act={texts[asking]}
          of={name}
          how={asked.how}
          danger={asking === "close"}
          doIt={asked.doIt}
          doing={asked.act.isPending}
          fault={asked.act.error && <RefusalNotice error={asked.act.error} />}
          cancel={() => {
            asked.act.reset();
            setAsking(undefined);
          }}
        />
      )}
    </div>
  );
}
