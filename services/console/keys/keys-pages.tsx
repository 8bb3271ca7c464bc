import { useMutation } from "@tanstack/react-query";
import { Alert, Button } from "antd";
import { useEffect, useState } from "react";
import { Route, Routes } from "react-router";
import { type RegisteredKey, registerKey } from "../../security-key/register-key.ts";
import { NoPage } from "../shell/placeholders.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { KEYS } from "./keys-texts.ts";

/** The security key with which an officer confirms what is issued (5.9.5). */
export function KeysPages() {
  return (
    <Routes>
      <Route index element={<RegisterKey />} />
      <Route path="*" element={<NoPage />} />
    </Routes>
  );
}

function RegisterKey() {
  const texts = useTexts(KEYS);
  const { account, name } = useWho();
  const { mutate, data, isPending, error } = useMutation({ mutationFn: () => registerKey({ account, name }) });
  return (
    <>
      <h1>{texts.title}</h1>
      <p>{texts.why}</p>
      {isPending && <Alert type="info" showIcon role="status" title={texts.touch} />}
      {error && <Alert type="error" showIcon role="alert" title={texts.failed} />}
      {data && <Registered registered={data} account={account} />}
      <Button type={data ? "default" : "primary"} loading={isPending} onClick={() => mutate()}>
        {data ? texts.again : texts.register}
      </Button>
    </>
  );
}

function Registered({ registered, account }: { registered: RegisteredKey; account: string }) {
  const texts = useTexts(KEYS);
  const [url, setUrl] = useState("");
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([registered.json], { type: "application/json" }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [registered]);
  return (
    <section>
      <h2>{texts.fingerprint}</h2>
      <p>
        <code>{registered.fingerprint}</code>
      </p>
      <p>{texts.compare}</p>
      <p>
        <a href={url} download={`${account}.json`}>
          {texts.save}
        </a>
      </p>
      <p>{texts.next}</p>
    </section>
  );
}
