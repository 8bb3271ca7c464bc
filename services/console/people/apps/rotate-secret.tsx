import { useMutation } from "@connectrpc/connect-query";
import { Button, Select } from "antd";
import { useId, useState } from "react";
import type { App } from "../../../../proto/gen/ecert/identity/v1/app_pb.ts";
import { AppService } from "../../../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { AskFirst } from "../../shell/ask-first.tsx";
import { RefusalNotice } from "../../shell/refusal-notice.tsx";
import { useTexts } from "../../text/texts.ts";
import { ShownOnce } from "../shown-once.tsx";
import { APPS } from "./app-texts.ts";

/** Hours for which an old secret may go on, from none to what the contract allows. */
const HOURS = [0, 24, 72, 168, 720];

/** Makes an app a new secret, shown once, and says what becomes of the old one. */
export function RotateSecret({ app: { key, name, secrets }, changed }: { app: App; changed: () => unknown }) {
  const texts = useTexts(APPS);
  const [requestId, setRequestId] = useState("");
  const [hours, setHours] = useState(0);
  const choice = useId();
  const { mutate, data, error, isPending, reset } = useMutation(AppService.method.putApp, {
    gcTime: 0,
    onSuccess() {
      setRequestId("");
      changed();
    },
  });
  const rotate = () =>
    mutate({
      ...{ requestId, app: { key }, updateMask: { paths: ["key"] } },
      ...{ rotateSecret: true, keepOldSecretHours: hours },
    });
  return (
    <>
      <Button onClick={() => setRequestId(crypto.randomUUID())}>{texts.rotate}</Button>
      {data && (
        <div className="whole-row">
          <ShownOnce title={texts.newSecret(key)} secret={data.secret} note={texts.secretNote} hide={reset} />
        </div>
      )}
      {requestId !== "" && (
        <AskFirst
          act={texts.rotate}
          of={name}
          how={
            <>
              <p>{texts.rotateHow}</p>
              {secrets.length > 0 && (
                <p>
                  <label htmlFor={choice}>{texts.keepOld}</label>{" "}
                  <Select
                    id={choice}
                    value={hours}
                    onChange={setHours}
                    popupMatchSelectWidth={false}
                    options={HOURS.map((value) => ({
                      value,
                      label: value === 0 ? texts.keepNone : texts.keepHours(value),
                    }))}
                  />
                </p>
              )}
            </>
          }
          doIt={rotate}
          doing={isPending}
          fault={error && <RefusalNotice error={error} />}
          cancel={() => {
            reset();
            setRequestId("");
          }}
        />
      )}
    </>
  );
}
