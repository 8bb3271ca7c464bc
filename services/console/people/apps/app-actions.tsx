import { useMutation } from "@connectrpc/connect-query";
import { Button } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type { App } from "../../../../proto/gen/ecert/identity/v1/app_pb.ts";
import { AppService } from "../../../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { isConsoleApp } from "../../../domain/console-app.ts";
import { timeText } from "../../format/dates.ts";
import { mayCall } from "../../shell/allowed.ts";
import { AskFirst } from "../../shell/ask-first.tsx";
import { RefusalNotice } from "../../shell/refusal-notice.tsx";
import { useWho } from "../../shell/who.tsx";
import { useTexts } from "../../text/texts.ts";
import { goodSecrets } from "./app-state.ts";
import { APPS } from "./app-texts.ts";
import { RotateSecret } from "./rotate-secret.tsx";

const { putApp, revokeSecret, revokeTokens } = AppService.method;
type Act = "disable" | "enable" | "revokeTokens" | "revokeSecret";

/** What may be done with an app as it stands. */
export function AppActions({ app, changed }: { app: App; changed: () => unknown }) {
  const texts = useTexts(APPS);
  const { roles } = useWho();
  const [asking, setAsking] = useState<Act>();
  // One dialog is one request, however often its button is pressed.
  const [requestId, setRequestId] = useState("");
  const ask = (act: Act) => {
    setRequestId(crypto.randomUUID());
    setAsking(act);
  };
  const settled = {
    onSuccess() {
      setAsking(undefined);
      changed();
    },
  };
  const putting = useMutation(putApp, settled);
  const tokens = useMutation(revokeTokens, settled);
  const secrets = useMutation(revokeSecret, settled);
  const { key: appKey, name, disabled, node } = app;
  const kept = goodSecrets(app, new Date());
  const setDisabled = (wanted: boolean) =>
    putting.mutate({ requestId, app: { key: appKey, disabled: wanted }, updateMask: { paths: ["disabled"] } });
  const acts = {
    disable: { how: texts.disableHow, act: putting, wantsCause: false, doIt: () => setDisabled(true) },
    enable: { how: texts.enableHow, act: putting, wantsCause: false, doIt: () => setDisabled(false) },
    revokeTokens: {
      ...{ how: texts.revokeTokensHow, act: tokens, wantsCause: true },
      doIt: (cause: string) => tokens.mutate({ appKey, cause }),
    },
    revokeSecret: {
      ...{ how: texts.revokeSecretHow, act: secrets, wantsCause: true },
      doIt: (cause: string) => secrets.mutate({ appKey, cause }),
    },
  };
  const asked = asking && acts[asking];
  if (!mayCall(roles, putApp)) return null;
  return (
    <>
      <div className="actions">
        <Link className="primary" to={`/people/apps/${encodeURIComponent(appKey)}/edit`}>
          {texts.edit}
        </Link>
        {!isConsoleApp(node, appKey) && <RotateSecret app={app} changed={changed} />}
        {kept.length > 0 && <Button onClick={() => ask("revokeTokens")}>{texts.revokeTokens}</Button>}
        {kept.length > 0 && (
          <Button danger onClick={() => ask("revokeSecret")}>
            {texts.revokeSecret}
          </Button>
        )}
        <Button danger={!disabled} onClick={() => ask(disabled ? "enable" : "disable")}>
          {disabled ? texts.enable : texts.disable}
        </Button>
        {tokens.data && <span role="status">{texts.tokensGone(timeText(tokens.data.tokensNotBefore))}</span>}
      </div>
      {asking && asked && (
        <AskFirst
          act={texts[asking]}
          of={name}
          how={asked.how}
          wantsCause={asked.wantsCause}
          danger={asking !== "enable"}
          doIt={asked.doIt}
          doing={asked.act.isPending}
          fault={asked.act.error && <RefusalNotice error={asked.act.error} />}
          cancel={() => {
            asked.act.reset();
            setAsking(undefined);
          }}
        />
      )}
    </>
  );
}
