import { useMutation } from "@connectrpc/connect-query";
import { Button } from "antd";
import { useState } from "react";
import type { Account } from "../../../../proto/gen/ecert/identity/v1/account_pb.ts";
import { PasswordService } from "../../../../proto/gen/ecert/identity/v1/password_service_pb.ts";
import { rolesWithCertificate } from "../../../domain/password-role.ts";
import { ROLES } from "../../../domain/role.ts";
import { timeText } from "../../format/dates.ts";
import { mayCall } from "../../shell/allowed.ts";
import { AskFirst } from "../../shell/ask-first.tsx";
import { RefusalNotice } from "../../shell/refusal-notice.tsx";
import { roleName } from "../../shell/role-name.ts";
import { useWho } from "../../shell/who.tsx";
import { useTexts } from "../../text/texts.ts";
import { ShownOnce } from "../shown-once.tsx";
import { ACCOUNTS } from "./account-texts.ts";

const { setPassword, removePassword } = PasswordService.method;

/** The password of an account by which the system is kept and watched (5.9.2): given anew with its second factor, or taken away. */
export function PasswordPanel({ account: { id, name, roles: held } }: { account: Account }) {
  const texts = useTexts(ACCOUNTS);
  const { roles } = useWho();
  const [asking, setAsking] = useState<"setPassword" | "removePassword">();
  const settled = { onSuccess: () => setAsking(undefined) };
  const setting = useMutation(setPassword, { ...settled, gcTime: 0 });
  const removing = useMutation(removePassword, settled);
  if (!mayCall(roles, setPassword)) return null;
  const acts = {
    setPassword: { how: texts.setPasswordHow, act: setting, doIt: () => setting.mutate({ id }) },
    removePassword: { how: texts.removePasswordHow, act: removing, doIt: () => removing.mutate({ id }) },
  };
  const asked = asking && acts[asking];
  const needCertificate = rolesWithCertificate(held.map(roleName));
  const told = setting.data;
  return (
    <section className="panel">
      <h2>{texts.password}</h2>
      {needCertificate.length > 0 ? (
        <p className="quiet">{texts.passwordNot(needCertificate.map((role) => ROLES[role].chinese).join("、"))}</p>
      ) : (
        <div className="actions">
          <Button onClick={() => setAsking("setPassword")}>{texts.setPassword}</Button>
          <Button onClick={() => setAsking("removePassword")}>{texts.removePassword}</Button>
        </div>
      )}
      {told && (
        <ShownOnce
          title={texts.startPassword}
          secret={told.startPassword}
          note={texts.goodUntil(timeText(told.expires))}
          hide={setting.reset}
        />
      )}
      {asking && asked && (
        <AskFirst
          act={texts[asking]}
          of={name}
          how={asked.how}
          danger={asking === "removePassword"}
          doIt={asked.doIt}
          doing={asked.act.isPending}
          fault={asked.act.error && <RefusalNotice error={asked.act.error} />}
          cancel={() => {
            asked.act.reset();
            setAsking(undefined);
          }}
        />
      )}
    </section>
  );
}
